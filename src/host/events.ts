/** One step of a program on the host began or ended; `seconds` and `detail` are there when it ended. */
export interface StepEvent {
  readonly event: 'step'
  readonly name: string
  readonly state: 'start' | 'done' | 'fail'
  readonly seconds?: number
  readonly detail?: string
}

/** A message that is not a step. */
export interface NoteEvent {
  readonly event: 'note'
  readonly name: string
  readonly detail: string
}

/** What a program on the host says while it works. Log lines and details in it hold no secret. */
export type HostEvent = StepEvent | NoteEvent

export type OnEvent = (event: HostEvent) => void
