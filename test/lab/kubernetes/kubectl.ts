import { join } from 'node:path'
import { must, type RunOptions } from '../command.ts'

/** kubectl as the administrator: answers what it prints, rejects with what it complains of. */
export type Kubectl = (args: readonly string[], options?: RunOptions) => Promise<string>

/** @param home folder where it keeps what it learned of the API */
export function kubectlOf(programs: string, kubeconfig: string, home: string): Kubectl {
  return (args, options = {}) =>
    must([join(programs, 'kubectl'), ...args], {
      ...options,
      env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig, ...options.env },
    })
}

/** Whether a command of kubectl succeeds. */
export const succeeds = (kubectl: Kubectl, args: readonly string[], options?: RunOptions) =>
  kubectl(args, options).then(
    () => true,
    () => false,
  )

/** Applies a file of `manifests/`. */
export async function applyManifest(kubectl: Kubectl, name: string): Promise<void> {
  const file = join(import.meta.dirname, 'manifests', `${name}.yaml`)
  await kubectl(['apply', '--server-side', '--filename', file])
}
