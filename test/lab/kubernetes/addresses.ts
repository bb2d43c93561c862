// All of them are in network namespaces of the lab's own: ranges kept for documentation (RFC 5737) and benchmarks (RFC 2544).

/** Address of node `number`, counted from 1; the first one has the control plane. */
export const nodeAddress = (number: number) => `198.51.100.${10 + number}`
/** Addresses of the pods of node `number`. */
export const podRange = (number: number) => `198.18.${number}.0/24`
export const SERVICE_RANGE = '198.19.0.0/20'
/** The first Service of every cluster, its API server. */
export const API_SERVICE = '198.19.0.1'
export const API_PORT = 6443
