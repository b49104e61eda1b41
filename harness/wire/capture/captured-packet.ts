/** What a capture file says about the interface that a packet was seen on. */
export interface CaptureInterface {
  /** Place among the interfaces of its section; 0 in a pcap file. */
  readonly id: number;
  /** LINKTYPE number (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  /** Longest record that was kept, in bytes; 0: no limit. */
  readonly snapLength: number;
  readonly name: string | null;
}

/** One packet record. The reader has one of these and fills it again for every packet: copy what is to be kept. */
export interface CapturedPacket {
  /** 1-based number in the file, as every other tool counts. */
  number: number;
  /** Nanoseconds since `epochSeconds` of the capture (see CaptureParser); exact for 104 days, and may run backwards. */
  timeNs: number;
  /** The captured bytes are `bytes[start, end)`. Valid only during the call. */
  bytes: Buffer;
  start: number;
  end: number;
  /** Length on the wire. */
  originalLength: number;
  linkType: number;
  interfaceId: number;
}

/** What a parser tells about a capture while it reads it. Names and numbers come from the file: untrusted. */
export interface CaptureEvents {
  /** Before the first packet: what all times of the capture count from, in whole Unix seconds. */
  epoch?(seconds: number): void;
  packet(packet: CapturedPacket): void;
  /** Each interface before its first packet. */
  interface?(found: CaptureInterface): void;
  /** A Decryption Secrets Block (type 0x544c534b is a TLS key log). The bytes are valid only during the call. */
  secrets?(type: number, bytes: Buffer): void;
  /** A host name of a Name Resolution Block. */
  hostName?(address: string, name: string): void;
  /** Packets that the capture says it lost (epb_dropcount, or isb_ifdrop and isb_osdrop of the statistics block). */
  dropped?(packets: number): void;
}
