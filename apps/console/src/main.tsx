import './styles'
import './console.css'
import { MantineProvider } from '@mantine/core'
import { QueryCache, QueryClient, MutationCache, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { isSignedOut, mayPass } from './api/apiError'
import { router } from './router'
import { cssVariables, theme } from './theme'
import './words/useWords'

/** Whatever is refused because the session ended: asking who we are leads to the sign-in. */
const signedOut = (error: unknown) => {
  if (isSignedOut(error)) void client.invalidateQueries({ queryKey: ['me'] })
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => (query.queryKey[0] === 'me' ? undefined : signedOut(error)) }),
  mutationCache: new MutationCache({ onError: signedOut }),
  defaultOptions: {
    // A browser's guess that it is offline pauses nothing: staff are told that the connection is lost.
    queries: { retry: (count, error) => mayPass(error) && count < 2, staleTime: 1000, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
})

createRoot(document.getElementById('root') as HTMLElement).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
)
