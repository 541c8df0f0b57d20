/** What a process did to its files, as strace saw it complete, in order. */
export type Syscall =
  | { readonly kind: 'write'; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  | { readonly kind: 'sync' | 'unlink'; readonly file: string }
  /** `ack N` on standard output. */
  | { readonly kind: 'ack'; readonly n: number }

/** What strace has to be asked for: strings whole and in hexadecimal. */
export const straceOptions = [
  '-f',
  '-qq',
  '-xx',
  '-s',
  '1000000',
  '-e',
  'trace=openat,close,pwrite64,write,fsync,fdatasync,ftruncate,unlink',
]

/** Reads the output of strace about the files that `isOurs` names. Calls of several threads come in halves, which are joined. */
export function readTrace(text: string, isOurs: (file: string) => boolean): Syscall[] {
  const halves = new Map<string, string>()
  const open = new Map<number, string>()
  return text.split('\n').flatMap((line) => {
    const whole = joined(line, halves)
    const [, name = '', args = '', result = ''] = /^(\w+)\((.*)\)\s+= (-?\d+)/s.exec(whole ?? '') ?? []
    return Number(result) < 0 || name === '' ? [] : syscall(name, args, Number(result), open, isOurs)
  })
}

function joined(line: string, halves: Map<string, string>): string | undefined {
  const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/s.exec(line) ?? []
  const begun = /^(.*) <unfinished \.\.\.>$/s.exec(rest)
  if (begun) return void halves.set(pid, begun[1] as string)
  const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(rest)
  return resumed ? `${halves.get(pid) ?? ''}${resumed[1]}` : rest
}

function syscall(name: string, args: string, result: number, open: Map<number, string>, isOurs: (file: string) => boolean): Syscall[] {
  const bytes = hexIn(args)
  if (name === 'openat' && isOurs(bytes.toString())) open.set(result, bytes.toString())
  else if (name === 'openat') open.delete(result)
  if (name === 'unlink') return isOurs(bytes.toString()) ? [{ kind: 'unlink', file: bytes.toString() }] : []
  const fd = Number.parseInt(args, 10)
  const ack = name === 'write' && fd === 1 ? /^ack (\d+)/.exec(bytes.toString()) : null
  if (ack) return [{ kind: 'ack', n: Number(ack[1]) }]
  const file = open.get(fd)
  if (name === 'close') open.delete(fd)
  if (file === undefined) return []
  if (name === 'pwrite64')
    return [{ kind: 'write', file, bytes: bytes.subarray(0, result), offset: Number(args.slice(args.lastIndexOf(',') + 1)) }]
  if (name === 'ftruncate') return [{ kind: 'truncate', file, size: Number(args.slice(args.lastIndexOf(',') + 1)) }]
  return name === 'fsync' || name === 'fdatasync' ? [{ kind: 'sync', file }] : []
}

function hexIn(args: string): Buffer {
  const from = args.indexOf('"')
  return from < 0 ? Buffer.alloc(0) : Buffer.from(args.slice(from + 1, args.indexOf('"', from + 1)).replaceAll('\\x', ''), 'hex')
}
