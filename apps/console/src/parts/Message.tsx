import { useWords } from '../words/useWords'

/** A message as riders get it, in its own language. */
export function Message({ language, text }: { readonly language: string; readonly text: string }) {
  const { t } = useWords()
  if (text === '') return null
  return (
    <figure className="message">
      <figcaption>{t(`languageName.${language}`, { defaultValue: language })}</figcaption>
      <div lang={language}>{text}</div>
    </figure>
  )
}
