import { loadDesired } from '../config/desired.ts'
import { HostError } from '../host/errors.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { nameOf, providerOf } from '../steps/machine.ts'
import { prose } from '../text/markdown.ts'

/** Removes the VM that deploy created, with its disks. Requires its name, and leaves alone what deploy did not create. */
export async function destroy(context: CommandContext<InputsOf<'destroy'>>): Promise<CommandResult> {
  const desired = loadDesired(context.config, context.files)
  const provider = await providerOf(desired, context)
  if (provider === undefined)
    throw new HostError(
      `${desired.file} declares an existing machine (vm.ssh). Only a VM that deploy created can be destroyed.`,
    )
  const before = await provider.observe()
  const name = nameOf(desired)
  await provider.destroy(context.inputs.confirm ?? '', (text) => context.logger.info(`  ${text}`))
  const after = await provider.observe()
  if (after.id !== null) throw new HostError(`${name} is still there as ${after.id}. Run destroy again.`)
  const said =
    before.id === null
      ? `There is no VM ${name}; nothing was removed.`
      : `${name} (${before.id}) and its disks are gone.`
  context.logger.info(said)
  return {
    problems: desired.warnings,
    markdown: ['### `destroy` done', '', prose(context.secrets.redact(said))].join('\n'),
  }
}
