// One attempt in a process of its own, to be killed in the middle of it; see faults.ts.
import { parse } from 'yaml'
import { connect } from '../../src/host/session.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { attempt, declared } from './faults.ts'

const [round = '', proxy = ''] = process.argv.slice(2)
const lab = parse(process.env.LAB ?? '')
const session = await connect({ ...lab.host, host: lab.host.address, logger: createRecordingLogger() })
await attempt(session, declared(lab, round), proxy)
session.close()
