import { Alert, Button, Card, Container, Group, PasswordInput, Stack, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { api } from '../api/api'
import { isSignedOut } from '../api/apiError'
import { Fault } from '../parts/Fault'
import { useWords } from '../words/useWords'
import { LanguageButton } from './LanguageButton'

export function SignIn({ ended }: { readonly ended: boolean }) {
  const { t } = useWords()
  const { token, setToken, submit, waiting, fault } = useSignIn()
  useEffect(() => {
    document.title = `${t('signIn')} · ${t('controlRoom')}`
  }, [t])
  return (
    <Container size={440} component="main" className="sign-in">
      <Card withBorder padding="xl" component="form" onSubmit={(event) => void submit(event as unknown as FormEvent)}>
        <Stack>
          <Title order={1} size="h3">
            Linienfunk · {t('controlRoom')}
          </Title>
          {ended ? <Alert color="yellow">{t('sessionEnded')}</Alert> : null}
          <PasswordInput
            label={t('token')}
            description={t('tokenHelp')}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={isSignedOut(fault) ? t('tokenWrong') : undefined}
            visibilityToggleButtonProps={{ 'aria-label': t('showToken') }}
            autoComplete="current-password"
            required
            withAsterisk={false}
          />
          <Fault error={fault} />
          <Button type="submit" size="md" loading={waiting}>
            {t('signIn')}
          </Button>
        </Stack>
      </Card>
      <Group justify="space-between" mt="md">
        <Group gap="md">
          <a href="/s" className="quiet-link">
            {t('publicStatus')}
          </a>
          <a href="/docs" className="quiet-link">
            API
          </a>
        </Group>
        <LanguageButton />
      </Group>
    </Container>
  )
}

function useSignIn() {
  const client = useQueryClient()
  const [token, setToken] = useState('')
  const [waiting, setWaiting] = useState(false)
  const [fault, setFault] = useState<Error | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setWaiting(true)
    setFault(null)
    try {
      client.setQueryData(['me'], await api.signIn(token.trim()))
      void client.invalidateQueries()
    } catch (error) {
      setFault(error as Error)
    } finally {
      setWaiting(false)
    }
  }
  return { token, setToken, submit, waiting, fault }
}
