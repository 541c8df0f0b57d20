import { Link, Outlet, createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { BoardPage } from './board/BoardPage'
import { ComposerPage } from './composer/ComposerPage'
import { DisruptionPage } from './disruption/DisruptionPage'
import { PageTitle } from './parts/PageTitle'
import { Shell } from './shell/Shell'
import { useWords } from './words/useWords'

const root = createRootRoute({
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
  notFoundComponent: NotFound,
})

const board = createRoute({ getParentRoute: () => root, path: '/', component: BoardPage })
const composer = createRoute({
  getParentRoute: () => root,
  path: '/notices/new',
  /** A line chosen on the board. */
  validateSearch: (search: Record<string, unknown>): { line?: string } => (typeof search.line === 'string' ? { line: search.line } : {}),
  component: ComposerPage,
})
const disruption = createRoute({ getParentRoute: () => root, path: '/disruptions/$id', component: DisruptionPage })

export const router = createRouter({ routeTree: root.addChildren([board, composer, disruption]), basepath: '/console' })

function NotFound() {
  const { t } = useWords()
  return (
    <>
      <PageTitle name={t('noPage')}>{t('noPage')}</PageTitle>
      <Link to="/">{t('back')}</Link>
    </>
  )
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
