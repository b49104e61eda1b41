const ETHER_TYPES: ReadonlyMap<number, string> = new Map([
  [0x0806, 'ARP'],
  [0x8035, 'RARP'],
  [0x8809, 'LACP'],
  [0x8863, 'PPPoE discovery'],
  [0x888e, 'EAPOL'],
  [0x88cc, 'LLDP'],
  [0x88e5, 'MACsec'],
  [0x88f7, 'PTP'],
]);

const IP_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [17, 'UDP'],
  [33, 'DCCP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [58, 'IPv6 ICMP'],
  [59, 'IPv6 without payload'],
  [88, 'EIGRP'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [115, 'L2TP'],
  [132, 'SCTP'],
]);

const LINK_TYPES: ReadonlyMap<number, string> = new Map([
  [0, 'BSD loopback'],
  [1, 'Ethernet'],
  [9, 'PPP'],
  [12, 'Raw IP'],
  [14, 'Raw IP'],
  [101, 'Raw IP'],
  [104, 'Cisco HDLC'],
  [105, 'IEEE 802.11'],
  [108, 'OpenBSD loopback'],
  [113, 'Linux cooked v1'],
  [117, 'PF log'],
  [127, 'IEEE 802.11 radiotap'],
  [189, 'USB'],
  [228, 'Raw IPv4'],
  [229, 'Raw IPv6'],
  [239, 'NFLOG'],
  [252, 'Wireshark upper PDU'],
  [253, 'Netlink'],
  [276, 'Linux cooked v2'],
]);

/** Name of what an EtherType stands for. */
export const etherTypeName = (type: number): string => ETHER_TYPES.get(type) ?? `EtherType 0x${type.toString(16).padStart(4, '0')}`;

/** Name of an IP protocol number. */
export const ipProtocolName = (protocol: number): string => IP_PROTOCOLS.get(protocol) ?? `IP protocol ${protocol}`;

/** `Ethernet`, `Linux cooked v2` ...; `link type 147` for what has no name here (https://www.tcpdump.org/linktypes.html). */
export const linkTypeName = (linkType: number): string => LINK_TYPES.get(linkType) ?? `link type ${linkType}`;
