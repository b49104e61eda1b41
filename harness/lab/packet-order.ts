import { cpus } from 'node:os';
import type { Command } from './command.ts';

/*
 * A virtual cable hands a packet to the CPU that sent it, and one connection sends from several: from its program's, and from the one that took the last
 * acknowledgement. Each CPU has a queue of its own, so packets of one connection overtake each other with no device between the two ends, and their sender
 * may take that for loss. Receive packet steering gives every packet of a connection to the same CPU (the kernel's Documentation/networking/scaling.rst).
 */

/** CPUs in the form that the kernel takes: a hexadecimal mask in groups of 32. */
export function cpuMask(count: number): string {
  const groups = Array.from({ length: Math.ceil(count / 32) }, (_, index) => 2 ** Math.min(32, count - 32 * index) - 1);
  return groups
    .toReversed()
    .map((group, index) => group.toString(16).padStart(index === 0 ? 1 : 8, '0'))
    .join(',');
}

/** All CPUs, for a file `/sys/class/net/DEVICE/queues/rx-N/rps_cpus`. */
export const everyCpu = (): string => cpuMask(cpus().length);

/**
 * Steers the packets of every device of the network namespace in which it runs. For root of the machine only, who else may not; in a mount namespace of its own,
 * as /sys shows the devices of the namespace in which it was mounted. A kernel that cannot steer goes without.
 */
export const steerPackets = (): Command => [
  ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c'],
  // An engine mounts it read-only, and what it is mounted from is one for the whole namespace.
  'mount -t sysfs sysfs /sys && mount -o remount,rw /sys && for queue in /sys/class/net/*/queues/rx-*/rps_cpus; do if [ -w "$queue" ]; then echo "$0" > "$queue"; fi; done',
  everyCpu(),
];
