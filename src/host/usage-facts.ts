export type * from '../contract/programs/report.ts'
