/** The forward proxies of the settings, as the clients need them. */
import type { Config } from './read.ts'

export function proxiesOf(config: Pick<Config, 'HTTPS_PROXY' | 'HTTP_PROXY' | 'NO_PROXY'>) {
  const { HTTPS_PROXY: https, HTTP_PROXY: http, NO_PROXY: except } = config
  return {
    ...(https !== undefined && { https }),
    ...(http !== undefined && { http }),
    ...(except !== undefined && { except }),
  }
}
