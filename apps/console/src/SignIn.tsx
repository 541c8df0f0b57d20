import { Button, Card, Container, PasswordInput, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError, api } from './api'
import { useWords } from './words'

export function SignIn() {
  const { t } = useWords()
  const client = useQueryClient()
  const [token, setToken] = useState('')
  const [fault, setFault] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await api.signIn(token.trim())
      await client.invalidateQueries()
    } catch (error) {
      setFault(error instanceof ApiError && error.status === 401 ? t('tokenWrong') : (error as Error).message)
    }
  }
  return (
    <Container size={420} component="main" py={80}>
      <Card withBorder padding="xl" component="form" onSubmit={(event) => void submit(event as unknown as FormEvent)}>
        <Title order={1} size="h3" mb="md">
          Linienfunk · {t('controlRoom')}
        </Title>
        <PasswordInput
          label={t('token')}
          description={t('tokenHelp')}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={fault || undefined}
          autoComplete="current-password"
          required
        />
        <Button type="submit" mt="lg" fullWidth>
          {t('signIn')}
        </Button>
        <Text size="sm" mt="md">
          <a href="/s">Status</a> · <a href="/docs">API</a>
        </Text>
      </Card>
    </Container>
  )
}
