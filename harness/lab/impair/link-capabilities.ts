/** What the link's kernel and machine can do; found out once per lab. */
export interface LinkCapabilities {
  readonly netem: boolean;
  readonly tun: boolean;
  /** Whether the kernel can copy packets to a device (TEE). */
  readonly copies: boolean;
  /** Whether the kernel keeps flows for a link, and lets their time limits be set. */
  readonly conntrack: boolean;
  /** Whether the kernel can count the flows that it keeps (connlimit). */
  readonly flowCount: boolean;
  /** Whether the kernel can look for a text in packets. */
  readonly textMatch: boolean;
}
