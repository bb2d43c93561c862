export type * from '../contract/programs/doctor.ts'
