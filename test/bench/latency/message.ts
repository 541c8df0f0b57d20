import type { ChildProcess } from 'node:child_process'
import type { FromNaive } from './naive'
import type { FromPeer, Side } from './peer'

const patienceMs = 30_000

/** The next message of a kind; rejects when it does not come. */
export function message<T extends FromPeer | FromNaive>(child: ChildProcess, kind: T['kind'], side?: Side): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`no message "${kind}" (${side ?? 'any side'}) within ${patienceMs / 1000} s`)),
      patienceMs,
    )
    const take = (m: FromPeer | FromNaive) => {
      if (m.kind !== kind || ('side' in m && m.side !== side)) return
      clearTimeout(late)
      child.off('message', take)
      resolve(m as T)
    }
    child.on('message', take)
  })
}
