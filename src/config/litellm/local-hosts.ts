import { isIP } from 'node:net'
import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import type { Problem } from '../problem.ts'
import { describe } from '../yaml/describe.ts'
import { eachText } from '../yaml/each-text.ts'
import { type Path, pathText } from '../yaml/path.ts'
import { LITELLM_SECTIONS } from '../yaml/sections.ts'
import type { Source } from '../yaml/source.ts'

/** Keys whose whole value is the name of a host. */
const HOST_KEY = /(?:^|_)host(?:name)?$/i
const ADDRESS = /^(?:https?|wss?|rediss?|valkeys?|grpcs?|tcp|clickhouse|postgres(?:ql)?):\/\/[^\s]+$/i
/** Names that Docker and Podman give the machine, within a container of their own network. */
const CONTAINER_HOST =
  /^(?:host\.docker|gateway\.docker|kubernetes\.docker|host\.containers|host\.minikube)\.internal$/
const CLUSTER = /\.svc$|\.cluster\.local$/
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|::1|::)$/
/** Servers that the host has itself. */
const REDIS_AT = /^(?:router_settings\.redis_host|litellm_settings\.cache_params\.host)$/

/** Addresses that only a compose file, a cluster or the machine of their author knows. Nothing of an address but its host is in the messages. */
export function localHostProblems(source: Source): Problem[] {
  const problems: Problem[] = []
  for (const section of LITELLM_SECTIONS)
    eachText(source.value[section], [section], (path, text) => {
      const host = hostIn(path, text)
      const found = host === undefined ? undefined : judged(host, path)
      if (found !== undefined) problems.push({ code: 'local-host', at: source.locate(path), ...found })
    })
  return problems
}

function hostIn(path: Path, text: string): string | undefined {
  if (text.includes(REFERENCE_PREFIX)) return undefined
  if (ADDRESS.test(text) && URL.canParse(text))
    return new URL(text).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  return HOST_KEY.test(String(path.at(-1))) && /^[A-Za-z0-9._-]+$/.test(text) ? text.toLowerCase() : undefined
}

function judged(host: string, path: Path): Pick<Problem, 'severity' | 'message' | 'fix'> | undefined {
  const place = pathText(path)
  const own = REDIS_AT.test(place)
    ? 'leave host, port and password out: the host has a Redis of its own. For another one, write'
    : undefined
  const reachable = "a name or an address that the gateway's host reaches"
  if (LOOPBACK.test(host))
    return {
      severity: 'info',
      message: `${place} leads to ${host}, which is the gateway's host itself.`,
      fix:
        own === undefined
          ? `leave it if that server runs there, outside of any container network; for one on another machine write ${reachable}.`
          : `${own} ${reachable}.`,
    }
  const only = CONTAINER_HOST.test(host)
    ? 'a name that only containers of Docker Desktop and the like know'
    : CLUSTER.test(host)
      ? 'a name that only a Kubernetes cluster knows'
      : !host.includes('.') && isIP(host) === 0 && host !== ''
        ? 'a name without a domain, as only a compose file knows it'
        : undefined
  if (only === undefined) return undefined
  return {
    severity: 'warning',
    message: `${place} leads to ${describe(host)}, ${only}.`,
    fix: `${own ?? 'write'} ${reachable}; for a container on that host, publish its port there and write 127.0.0.1 with it.`,
  }
}
