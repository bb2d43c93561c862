import { expect, test } from 'vitest'
import { parseHierarchies } from './groups.ts'

const tmpfs = 'tmpfs /sys/fs/cgroup tmpfs rw,relatime 0 0'

test('finds each mounted hierarchy of version 1 and our own group in it', () => {
  const groups = '9:name=systemd:/\n4:memory:/session/7\n3:cpu,cpuacct:/\n0::/init.scope\n'
  const mounts = [
    tmpfs,
    'cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0',
    'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0',
    'cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,xattr,name=systemd 0 0',
    'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0',
  ].join('\n')
  expect(parseHierarchies(groups, mounts)).toEqual([
    { options: 'none,name=systemd', own: '/sys/fs/cgroup/systemd/' },
    { options: 'memory', own: '/sys/fs/cgroup/memory/session/7' },
    { options: 'cpu,cpuacct', own: '/sys/fs/cgroup/cpu,cpuacct/' },
  ])
})

test('a hierarchy that is not mounted does not count, nor does version 2', () => {
  expect(
    parseHierarchies('4:memory:/\n0::/user.slice\n', `${tmpfs}\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0`),
  ).toEqual([])
})
