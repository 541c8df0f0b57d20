import { Outlet, createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { BoardPage } from './BoardPage'
import { ComposerPage } from './ComposerPage'
import { DisruptionPage } from './DisruptionPage'
import { Shell } from './Shell'

const root = createRootRoute({
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
})

const board = createRoute({ getParentRoute: () => root, path: '/', component: BoardPage })
const composer = createRoute({ getParentRoute: () => root, path: '/notices/new', component: ComposerPage })
export const disruptionRoute = createRoute({ getParentRoute: () => root, path: '/disruptions/$id', component: DisruptionPage })

export const router = createRouter({ routeTree: root.addChildren([board, composer, disruptionRoute]), basepath: '/console' })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
