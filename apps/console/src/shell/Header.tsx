import { Button, Container, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { MeView } from '#domain/controlRoom'
import { api } from '../api/api'
import { useWords } from '../words/useWords'
import { FeedPill } from './FeedPill'
import { LanguageButton } from './LanguageButton'

/** What stands over every page: whose control room it is, whether the feeds can be believed, where one can go. */
export function Header({ me }: { readonly me: MeView }) {
  const { t } = useWords()
  return (
    <header className="bar">
      <Container size="xl" className="bar-inner">
        <Group gap="sm" wrap="nowrap">
          <strong>{me.operator.name}</strong>
          <FeedPill feeds={me.feeds} />
        </Group>
        <nav aria-label={t('controlRoom')}>
          <Link to="/" activeOptions={{ exact: true }}>
            {t('board')}
          </Link>
          <Link to="/notices/new">{t('newNotice')}</Link>
        </nav>
        <Group gap={0} className="bar-end">
          <LanguageButton />
          <Button variant="subtle" size="compact-sm" onClick={() => void signOut()}>
            {t('signOut')}
          </Button>
        </Group>
      </Container>
    </header>
  )
}

const signOut = () => api.signOut().finally(() => location.reload())
