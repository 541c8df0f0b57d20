import { Alert, Badge, Button, Container, Group, Loader, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { FeedView, MeView } from '#domain/controlRoom'
import { ApiError, api } from './api'
import { SignIn } from './SignIn'
import { setLanguage, useWords } from './words'
import { useMe } from './useApi'

/** What stands around every page: who and where you are, whether the feeds can be believed, language, sign-out. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const me = useMe()
  const { t } = useWords()
  if (me.isPending) return <Loader aria-label="…" m="xl" />
  if (me.data) return <SignedIn me={me.data}>{children}</SignedIn>
  if (me.error instanceof ApiError && me.error.status === 401) return <SignIn />
  return (
    <Alert color="red" title={t('failed')} m="xl">
      {me.error?.message}
      <Button mt="sm" onClick={() => void me.refetch()}>
        {t('retry')}
      </Button>
    </Alert>
  )
}

function SignedIn({ me, children }: { readonly me: MeView; readonly children: ReactNode }) {
  const { t, language } = useWords()
  const client = useQueryClient()
  const signOut = async () => {
    await api.signOut()
    client.clear()
    await client.invalidateQueries()
    location.reload()
  }
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <Container size="xl" component="header" py="sm">
        <Group justify="space-between">
          <Group>
            <Title order={1} size="h4">
              {me.operator.name} · {t('controlRoom')}
            </Title>
            <FeedPill feeds={me.feeds} />
          </Group>
          <Group component="nav" aria-label={t('controlRoom')}>
            <Button component={Link} to="/" variant="subtle">
              {t('board')}
            </Button>
            <Button component={Link} to="/notices/new">
              {t('newNotice')}
            </Button>
            <Button variant="default" lang={language === 'de' ? 'en' : 'de'} onClick={() => setLanguage(language === 'de' ? 'en' : 'de')}>
              {t('language')}
            </Button>
            <Button variant="default" onClick={() => void signOut()}>
              {t('signOut')}
            </Button>
          </Group>
        </Group>
      </Container>
      <Container size="xl" component="main" id="content" tabIndex={-1} pb="xl">
        {children}
      </Container>
    </>
  )
}

const worstFirst = ['DOWN', 'STALE', 'SILENT', 'HELD', 'OK'] as const
const marks = { OK: '●', HELD: '◐', STALE: '▲', DOWN: '✕', SILENT: '▲' } as const
const colors = { OK: 'green', HELD: 'yellow', STALE: 'orange', DOWN: 'red', SILENT: 'orange' } as const

/** The worst of the operator's feeds, by mark, word and colour. */
function FeedPill({ feeds }: { readonly feeds: readonly FeedView[] }) {
  const { t } = useWords()
  const worst = worstFirst.flatMap((state) => feeds.filter((f) => f.state === state))[0]
  if (!worst) return <Badge color="gray">{t('feed.none')}</Badge>
  const age = worst.state === 'OK' ? Math.max(...feeds.map((f) => f.ageSeconds)) : worst.ageSeconds
  return (
    <Badge color={colors[worst.state]} variant="light" size="lg" title={worst.reason} styles={{ label: { textTransform: 'none' } }}>
      {marks[worst.state]} {worst.state === 'OK' ? '' : `${worst.feed}: `}
      {t(`feed.${worst.state}`)} {t('feed.age', { age: Math.round(age) })}
    </Badge>
  )
}
