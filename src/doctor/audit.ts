import type { AuditFacts } from '../contract/programs/doctor.ts'
import { type Finding, onHost } from './finding.ts'

const FILE = '/var/lib/litellm-gitops/audit.log'

export function auditFindings({ broken }: AuditFacts): Finding[] {
  if (broken === null) return []
  return [
    {
      id: 'audit-broken',
      severity: 'error',
      what: `Line ${broken} of ${FILE} breaks the hash chain of the audit log.`,
      why: 'Somebody changed, removed or added lines in the record of who changed what; only root can.',
      remedy: onHost(
        `sed -n '${Math.max(1, broken - 1)},${broken}p' ${FILE} # and compare with the file in an earlier backup, and with the lines "audit" in the logs of your runs`,
      ),
    },
  ]
}
