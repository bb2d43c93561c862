import { PLAN_USER } from '../contract/names.ts'
import { AGENT_FILE, LIBRARY, PLAN_LIMITS, PLAN_SSHD, SYSUSERS } from '../contract/places.ts'
import type { ManagedFile } from '../contract/programs/rollout.ts'
import { agentFile, agentModules } from './agent-modules.ts'
import { hostFile } from './files.ts'
import { publicKeyLines } from './host-key.ts'

/** `restrict` refuses forwarding of every kind, a terminal and ~/.ssh/rc; any other requested command is ignored. */
const FORCED = `restrict,command="exec sudo -n ${LIBRARY}/observe"`

/**
 * What a host has for read-only keys. It is there without any key too: a key that is no longer declared
 * is taken away by the same files. Pure.
 * @param keys public keys, one a line
 * @param managed paths of the other managed files: those whose state may be requested
 */
export function planKeyFiles(keys: string, managed: readonly string[]): Record<string, ManagedFile> {
  const lines = publicKeyLines(keys).map((key) => `${FORCED} ${key}\n`)
  const files = {
    [SYSUSERS]: file(hostFile('plan-key/sysusers.conf'), '0644'),
    [`/etc/sudoers.d/${PLAN_USER}`]: file(hostFile('plan-key/sudoers'), '0440'),
    [PLAN_SSHD]: file(hostFile('plan-key/sshd.conf'), '0644'),
    '/etc/systemd/system/litellmplan.slice': file(hostFile('plan-key/litellmplan.slice'), '0644'),
    [PLAN_LIMITS]: file(hostFile('plan-key/account.conf'), '0644'),
    [`${LIBRARY}/observe`]: file(hostFile('plan-key/observe'), '0755'),
    [`/var/lib/${PLAN_USER}/.ssh/authorized_keys`]: file(
      hostFile('plan-key/authorized_keys') + lines.join(''),
      '0644',
    ),
  }
  const agent = AGENT_FILE
  const paths = [...managed, ...Object.keys(files), agent].sort()
  const content = agentFile({ paths, modules: agentModules('read_only') })
  return { ...files, [agent]: file(content, '0644') }
}

function file(content: string, mode: string): ManagedFile {
  return { content, mode, owner: 'root:root' }
}
