import { createHash } from 'node:crypto'

/**
 * For pages that change by themselves: fetches the page again and puts its content in, unless somebody is just using it or looks elsewhere.
 * The page is whole without it.
 */
export const script = `
(() => {
  const seconds = Number(document.documentElement.dataset.refresh)
  if (!seconds) return
  const look = async () => {
    if (document.hidden || document.querySelector('main').contains(document.activeElement) && document.activeElement.id !== 'main') return
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
      if (!answer.ok) return
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const [fresh, main] = [page.querySelector('main'), document.querySelector('main')]
      if (fresh && fresh.innerHTML !== main.innerHTML) main.replaceChildren(...fresh.childNodes)
    } catch {}
  }
  setInterval(look, seconds * 1000)
  document.addEventListener('visibilitychange', look)
})()
`.trim()

export const scriptPath = `/gateway/${createHash('sha256').update(script).digest('hex').slice(0, 12)}.js`
