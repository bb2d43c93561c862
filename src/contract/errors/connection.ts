import type { ErrorText } from './error-text.ts'

export const CONNECTION_ERRORS = {
  'no-python': {
    means: 'The host has no python3, or no sudo.',
    fix: '`deploy` installs Python on Debian and Ubuntu. Install sudo, or connect as root.',
  },
  'no-answer': {
    means: 'The program on the host ended without an answer. What it printed last is in the message.',
    fix: 'Run the same command again: it continues what was started. Check memory (`journalctl -k`) if that happens again.',
  },
  answer: {
    means: 'The program answered something that this version does not know.',
    fix: 'Use one version for all commands. If that is the case, it is a bug: report it.',
  },
  unknown: {
    means: 'The program failed with a code that this version does not know.',
    fix: 'The message says what happened. Use one version for all commands.',
  },
  'observer-outdated': {
    means: 'The program that the last `deploy` placed for the read-only key is of another version.',
    fix: 'Run `deploy`. Until then `plan` needs the key of `sync`, or `--offline`.',
  },
  'request-too-long': {
    means: 'The question is longer than the read-only key allows: 2 MiB, about 10,000 budgets.',
    fix: 'Run the command with the key of `sync`, or `plan --offline`.',
  },
  request: {
    means: 'The program got a request that it does not take.',
    fix: 'With the read-only key: run `deploy`, so that both sides are of the same version. Otherwise the message says which value is wrong.',
  },
  slow: {
    means: 'The question did not arrive within 5 seconds of connecting.',
    fix: 'Nothing: the runner asks again.',
  },
  'too-long': {
    means: 'The host did not finish the answer for the read-only key within its time.',
    fix: 'Run `doctor` with the key of `sync`: it shows what holds the host up.',
  },
  bug: {
    means: 'A program met something that it did not expect. The log says where, without any value.',
    fix: 'Report it, with the log.',
  },
} as const satisfies Readonly<Record<string, ErrorText>>
