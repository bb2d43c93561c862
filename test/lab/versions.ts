/**
 * LiteLLM's versions that the lab knows how to install: of every second minor since 1.80 the newest patch whose companions
 * (litellm-proxy-extras, litellm-enterprise, each pinned exactly) the Python registry has. The newest minors are missing there:
 * 1.108.8 to 1.108.14, 1.109 and 1.110 pin companions that it does not carry (looked up on 2026-11-30). The oldest first.
 */
export const INSTALLABLE = [
  '1.80.17',
  '1.82.6',
  '1.84.10',
  '1.86.7',
  '1.88.6',
  '1.90.7',
  '1.92.2',
  '1.94.3',
  '1.96.2',
  '1.98.1',
  '1.100.5',
  '1.102.4',
  '1.104.8',
  '1.106.12',
  '1.108.7',
] as const

export const NEWEST_INSTALLABLE = '1.108.7'
/** The first of them that `deploy` takes. */
export const OLDEST_DEPLOYED = '1.104.8'
