// The inputs of the action in action.yml, in the reusable workflow and in the reference, from the tables of src/.
import { stringify } from 'yaml'
import { COMMON_INPUTS, commonInputs } from '../src/entries/common-inputs.ts'
import {
  aboutInput,
  COMMAND_NAMES,
  type CommandName,
  INPUT_NAMES,
  INPUTS,
  type Input,
  type InputName,
  isFlag,
  isOfAction,
  isOnAction,
} from '../src/steps/inputs.ts'

const OF_ACTION = INPUT_NAMES.filter(isOfAction)

/** A called workflow keeps no artifact, so a folder would be lost with its runner. */
const OF_WORKFLOW = OF_ACTION.filter((name) => name !== 'output')

/** Below `inputs:` of action.yml. */
export function actionInputs(): string {
  const common = commonInputs('action').map(({ name, about, preset, required }) => {
    const description =
      name === 'command'
        ? `What to do: ${listed(COMMAND_NAMES.filter(isOnAction), 'or')}.`
        : sentence(plain(about))
    return [name, { description, ...(required ? { required } : {}), ...(preset ? { default: preset } : {}) }]
  })
  const own = OF_ACTION.map((name) => {
    return [name, { description: described(name), ...(isFlag(name) ? { default: 'false' } : {}) }]
  })
  return yaml(Object.fromEntries([...common, ...own]), 2)
}

/** Below `inputs:` of the reusable workflow, behind those of its own. */
export function workflowInputs(): string {
  const { about, preset } = COMMON_INPUTS.config
  const config = { description: sentence(about), type: 'string', default: preset }
  const own = OF_WORKFLOW.map((name) => {
    return [name, { description: described(name), ...(isFlag(name) ? FLAG : TEXT) }]
  })
  return yaml({ config, ...Object.fromEntries(own) }, 6)
}

const FLAG = { type: 'boolean', default: false }
const TEXT = { type: 'string', default: '' }

/** Below `with:` of the step that calls the action. */
export function workflowPasses(): string {
  return yaml(
    Object.fromEntries(['config', ...OF_WORKFLOW].map((name) => [name, `\${{ inputs.${name} }}`])),
    10,
  )
}

/** The table of the reference. */
export function inputTable(): string {
  const common = commonInputs('action').map(({ name, about, preset, presetText }) => {
    const shown = presetText ?? (preset === undefined ? '' : `\`${preset}\``)
    return `| \`${name}\` | ${shown} | ${about} |`
  })
  const own = OF_ACTION.map((name) => {
    const { preset = isFlag(name) ? '`false`' : '' }: Input = INPUTS[name]
    return `| \`${name}\` | ${preset} | ${aboutByCommand(name, '`')
      .map((text, index) => (index === 0 ? text : capital(text)))
      .join('. ')} |`
  })
  return ['| input | default | |', '|---|---|---|', ...common, ...own, ''].join('\n')
}

/** What it does, in sentences without Markdown. */
function described(name: InputName): string {
  const { preset }: Input = INPUTS[name]
  const about = aboutByCommand(name).map((text) => sentence(plain(text)))
  return preset === undefined
    ? about.join(' ')
    : `${about.join(' ').slice(0, -1)}; ${plain(preset)} when left out.`
}

/** `for rollback: the release to go back to`; commands for which it means the same stand together. */
function aboutByCommand(input: InputName, quote = ''): string[] {
  const takers = new Map<string, CommandName[]>()
  for (const command of COMMAND_NAMES) {
    const about = isOnAction(command) ? aboutInput(input, command, 'action') : undefined
    if (about !== undefined) takers.set(about, [...(takers.get(about) ?? []), command])
  }
  return [...takers].map(([about, names]) => {
    const quoted = names.map((name) => `${quote}${name}${quote}`)
    return `for ${listed(quoted, 'and')}: ${about}`
  })
}

function listed(names: readonly string[], last: 'and' | 'or'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`
}

function sentence(text: string): string {
  return `${capital(text)}.`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function plain(text: string): string {
  return text.replaceAll('`', '')
}

function yaml(value: object, indent: number): string {
  const text = stringify(value, { lineWidth: 0, defaultStringType: 'PLAIN', singleQuote: true })
  return text.replace(/^(?=.)/gm, ' '.repeat(indent))
}
