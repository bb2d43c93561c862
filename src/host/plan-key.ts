import { agentModules } from './agent-modules.ts'
import type { ManagedFile } from './facts.ts'
import { hostFile } from './files.ts'
import { publicKeyLines } from './host-key.ts'

/** The account that a read-only key logs in as; see `agent/system/account.py`. */
export const PLAN_USER = 'litellm-plan'

const FOLDER = '/usr/local/lib/litellm-gitops'
/** `restrict` refuses forwarding of every kind, a terminal and ~/.ssh/rc; any other requested command is ignored. */
const FORCED = `restrict,command="exec sudo -n ${FOLDER}/observe"`

/**
 * What a host has for read-only keys. It is there without any key too: a key that is no longer declared
 * is taken away by the same files. Pure.
 * @param keys public keys, one a line
 * @param managed paths of the other managed files: those whose state may be requested
 */
export function planKeyFiles(keys: string, managed: readonly string[]): Record<string, ManagedFile> {
  const lines = publicKeyLines(keys).map((key) => `${FORCED} ${key}\n`)
  const files = {
    '/etc/sysusers.d/litellm-plan.conf': file(hostFile('plan-key/sysusers.conf'), '0644'),
    '/etc/sudoers.d/litellm-plan': file(hostFile('plan-key/sudoers'), '0440'),
    '/etc/ssh/sshd_config.d/00-litellm-plan.conf': file(hostFile('plan-key/sshd.conf'), '0644'),
    '/etc/systemd/system/litellmplan.slice': file(hostFile('plan-key/litellmplan.slice'), '0644'),
    [`${FOLDER}/account.conf`]: file(hostFile('plan-key/account.conf'), '0644'),
    [`${FOLDER}/observe`]: file(hostFile('plan-key/observe'), '0755'),
    '/var/lib/litellm-plan/.ssh/authorized_keys': file(
      hostFile('plan-key/authorized_keys') + lines.join(''),
      '0644',
    ),
  }
  const agent = `${FOLDER}/agent.json`
  const paths = [...managed, ...Object.keys(files), agent].sort()
  // One file, so that a deploy replaces all modules at once while a question may be running.
  const content = `${JSON.stringify({ paths, modules: agentModules('read_only', 'terminal') }, undefined, 1)}\n`
  return { ...files, [agent]: file(content, '0644') }
}

function file(content: string, mode: string): ManagedFile {
  return { content, mode, owner: 'root:root' }
}
