import { LEADING_VARIABLE, PROCESS_VARIABLE } from '../../contract/forms.ts'
import { HOST_OWNED } from '../../contract/names.ts'

/** What GitHub gives each step of its own, and what our own commands are given: keys of the machine, the hypervisor, the backups. */
const RUNNER_OWNED =
  /^(?:GITHUB_|ACTIONS_|RUNNER_|INPUT_).*$|^(?:SSH_KEY|SECRETS_TOKEN|LIBVIRT_SSH_KEY|PROXMOX_TOKEN|BACKUP_PASSWORD|GATEWAY_(?:READ_)?SSH_KEY|GATEWAY_(?:ROTATE|SECRETS)_TOKEN)$/i
const PROCESS_OWNED = new RegExp(`^(?:${PROCESS_VARIABLE})$`, 'i')
/** Only as a name that is set, never as a reference. */
const LEADS_AWAY = new RegExp(`^(?:${LEADING_VARIABLE})$`, 'i')

/** Who owns a variable that the user can neither pass on nor set. */
export type VariableOwner = 'host' | 'runner' | 'process'

/** Who owns a variable that a reference names: its value must not be taken from the step, or go where the user says. */
export function ownerOf(name: string): VariableOwner | undefined {
  if (HOST_OWNED.includes(name.toUpperCase())) return 'host'
  if (RUNNER_OWNED.test(name)) return 'runner'
  return PROCESS_OWNED.test(name) ? 'process' : undefined
}

/** Who owns a variable that should be set for LiteLLM (`environment_variables`). */
export function setterOf(name: string): VariableOwner | undefined {
  return ownerOf(name) ?? (LEADS_AWAY.test(name) ? 'host' : undefined)
}

/**
 * The variables by which restic finds its storage and shows who it is. All others are refused: they reach a process of root's, and some
 * of restic's own name programs to start (RESTIC_PASSWORD_COMMAND) or files to read.
 */
export const STORAGE_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'B2_ACCOUNT_ID',
  'B2_ACCOUNT_KEY',
  'AZURE_ACCOUNT_NAME',
  'AZURE_ACCOUNT_KEY',
  'AZURE_ACCOUNT_SAS',
  'AZURE_ENDPOINT_SUFFIX',
  'GOOGLE_PROJECT_ID',
  'GOOGLE_ACCESS_TOKEN',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'ST_AUTH',
  'ST_USER',
  'ST_KEY',
  'OS_AUTH_URL',
  'OS_REGION_NAME',
  'OS_USERNAME',
  'OS_USER_ID',
  'OS_PASSWORD',
  'OS_TENANT_ID',
  'OS_TENANT_NAME',
  'OS_USER_DOMAIN_NAME',
  'OS_USER_DOMAIN_ID',
  'OS_PROJECT_NAME',
  'OS_PROJECT_DOMAIN_NAME',
  'OS_PROJECT_DOMAIN_ID',
  'OS_TRUST_ID',
  'OS_APPLICATION_CREDENTIAL_ID',
  'OS_APPLICATION_CREDENTIAL_NAME',
  'OS_APPLICATION_CREDENTIAL_SECRET',
  'OS_STORAGE_URL',
  'OS_AUTH_TOKEN',
  'SWIFT_DEFAULT_CONTAINER_POLICY',
  'RESTIC_REST_USERNAME',
  'RESTIC_REST_PASSWORD',
] as const
