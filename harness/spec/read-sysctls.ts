import type { HostSysctls, Path } from '../model/path.ts';
import { SpecMap, type TextRule } from './spec-map.ts';

const NUMBER: TextRule = { numberToo: true, pattern: /^\d{1,10}$/, shape: 'a whole number' };
const SIZES: TextRule = { pattern: /^\d{1,10} \d{1,10} \d{1,10}$/, shape: "three numbers, such as '4096 16384 65536'" };

/** What may be set in a host: only what the kernel keeps apart for each network namespace, so that the machine itself is left alone. */
export const SYSCTL_RULES: Readonly<Record<string, TextRule>> = {
  'net.ipv4.tcp_thin_linear_timeouts': NUMBER,
  'net.ipv4.tcp_keepalive_time': NUMBER,
  'net.ipv4.tcp_keepalive_intvl': NUMBER,
  'net.ipv4.tcp_keepalive_probes': NUMBER,
  'net.ipv4.tcp_congestion_control': { pattern: /^[a-z0-9_-]{1,16}$/, shape: "the name of a congestion control such as 'bbr'" },
  'net.ipv4.tcp_retries2': NUMBER,
  'net.ipv4.tcp_orphan_retries': NUMBER,
  'net.ipv4.tcp_slow_start_after_idle': NUMBER,
  'net.ipv4.tcp_sack': NUMBER,
  'net.ipv4.tcp_timestamps': NUMBER,
  'net.ipv4.tcp_window_scaling': NUMBER,
  'net.ipv4.tcp_rmem': SIZES,
  'net.ipv4.tcp_wmem': SIZES,
  'net.ipv4.ip_local_port_range': { pattern: /^\d{1,5} \d{1,5}$/, shape: "two numbers, such as '32768 60999'" },
};

/** Kernel settings of a path's hosts: of the client, the origin and its proxies. Null: none are given. */
export function readSysctls(path: SpecMap, proxies: Path['proxies']): HostSysctls | null {
  if (!path.has('sysctls')) return null;
  const hosts = ['client', 'origin', ...proxies.map(({ name }) => name)];
  const map = path.map('sysctls', hosts);
  const known = Object.keys(SYSCTL_RULES);
  const read = map.keys.map((host) => {
    const ofHost = map.map(host, known);
    const values = ofHost.keys.flatMap((key) => {
      const value = ofHost.text(key, SYSCTL_RULES[key]);
      return value === null ? [] : [[key, value] as const];
    });
    return [host, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(read);
}
