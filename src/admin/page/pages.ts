/** All pages. */
import type { Access } from '../access/caller.ts'
import type { SignIn } from '../access/sign-in.ts'
import { auditPage } from './audit.ts'
import { failuresPage } from './failures.ts'
import { notificationsPage } from './list/page.ts'
import { actRoutes } from './notification/acts.ts'
import { notificationPage } from './notification/page.ts'
import { overviewPage } from './overview/page.ts'
import type { Pages } from './ports.ts'
import { replayPages } from './replays.ts'
import type { PageRoute } from './routes.ts'
import { sessionPages } from './sessions.ts'
import { stageRoute } from './stages.ts'
import { taskPages } from './tasks.ts'
import { tokenPages } from './tokens.ts'
import { webhookPages } from './webhooks.ts'

export function allPages(
  pages: Pages,
  { access, signIn }: { access: Access; signIn: SignIn },
): { routes: PageRoute[]; onAct: () => void } {
  const overview = overviewPage(pages)
  const routes = [
    overview,
    stageRoute(pages),
    notificationsPage(pages),
    notificationPage(pages),
    ...actRoutes(pages),
    failuresPage(pages),
    ...replayPages(pages),
    ...taskPages(pages),
    auditPage(pages),
    ...webhookPages(pages),
    ...tokenPages(pages, access.tokens),
    ...sessionPages(access, signIn),
  ]
  return { routes, onAct: overview.forget }
}
