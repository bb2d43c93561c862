import { Option } from 'commander'
import {
  aboutInput,
  type CommandName,
  INPUTS,
  type Input,
  type InputName,
  type Inputs,
  inputsOf,
} from '../steps/inputs.ts'
import type { commonInputs } from './common-inputs.ts'

/** An input as an option of a command. */
export function optionOf(input: InputName, command: CommandName): Option {
  const { kind, preset }: Input = INPUTS[input]
  const value = kind === 'flag' ? '' : ` <${kind.text}>`
  const about = aboutInput(input, command, 'cli') ?? ''
  const text = preset === undefined ? about : `${about}; ${preset} when left out`
  return new Option(`--${input}${value}`, onTerminal(text))
}

/** An input of every command as an option. */
export function commonOptionOf({
  name,
  value,
  about,
  preset,
}: ReturnType<typeof commonInputs>[number]): Option {
  const option = new Option(`--${name}${value === undefined ? '' : ` <${value}>`}`, about)
  return preset === undefined ? option : option.default(preset)
}

/** The inputs of the command among its options; those that were not given are left out. */
export function inputsIn(options: Readonly<Record<string, unknown>>, command: CommandName): Inputs {
  const given = inputsOf(command).map((input) => [input, options[camelCase(input)]] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** What is in back-ticks as it is typed: another input is an option here. */
function onTerminal(text: string): string {
  return text.replace(/`([^`]+)`/g, (_, code: string) => (Object.hasOwn(INPUTS, code) ? `--${code}` : code))
}
