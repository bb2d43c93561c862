export type { HostEvent, NoteEvent, StepEvent } from '../contract/wire.ts'

import type { HostEvent } from '../contract/wire.ts'

export type OnEvent = (event: HostEvent) => void
