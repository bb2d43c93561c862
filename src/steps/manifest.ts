import type { Desired } from '../config/desired.ts'
import { adminNetworks, certificateOf } from '../config/front.ts'
import { poolOf } from '../config/litellm/litellm-config.ts'
import { registryOf } from '../config/registry.ts'
import { reachOf } from '../config/vm.ts'
import type { HostManifest } from '../contract/programs/rollout.ts'
import { passThroughPaths } from '../host/public-api.ts'
import { renderHost } from '../host/render.ts'

const GIB = 1024 ** 3

/** What the machine should be, as declared. */
export function manifestOf({ gateway, size }: Desired): HostManifest {
  const { domain, litellm, proxy, tls, firewall, backup, front } = gateway
  const memory = size === undefined ? {} : { memoryBytes: size.memoryGiB * GIB }
  const { port, plan_key: planKey } = reachOf(gateway.vm)
  return renderHost({
    domain,
    tls,
    proxy,
    image: litellm.image,
    workers: litellm.workers,
    pool: poolOf(gateway.general_settings),
    firewall,
    admin: adminNetworks(front),
    certificate: certificateOf(front),
    trustedProxies: front?.trusted_proxies ?? [],
    passThrough: passThroughPaths(gateway.general_settings?.pass_through_endpoints),
    backup,
    registry: registryOf(litellm),
    sshPort: port,
    ...memory,
    ...(planKey === undefined ? {} : { planKey }),
  })
}

/** Settings that reach LiteLLM by its environment. */
export function settingsOf({ gateway }: Desired): { storeModelInDb: boolean } {
  return { storeModelInDb: gateway.general_settings?.store_model_in_db === true }
}
