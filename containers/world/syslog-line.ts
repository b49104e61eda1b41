/** Longest line in bytes. */
const MAX_LINE = 8192;
const PRIORITY = /^<\d{1,3}>/;
/** RFC 5424 section 6: version, time, host, application, process, message id, structured data. */
const RFC_5424 = /^1 [^ ]{1,64} [^ ]{1,255} [^ ]{1,48} [^ ]{1,128} [^ ]{1,32} (?:-|(?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*")*\])+)(?: |$)/;
/** RFC 3164 section 4.1.2, or ISO 8601 as newer programs write it. */
const DATE = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{4}-\d\d-\d\dT[\d:.+Z-]{8,24}) /;
/** `host tag[123]: `, where host and process may be missing; a date must stand before it, because an address looks like a tag. */
const TAG = /^(?:[^ :[\]"]{0,255} |[0-9a-f:.]{2,45} )?[^ :[\]"]{1,64}(?:\[\d{1,10}\])?: /i;
/** Without a date only a tag with its process is sure to be one. */
const SURE_TAG = /^[\w./-]{1,64}\[\d{1,10}\]: /;
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/**
 * What a program wrote into a syslog datagram, as one line in latin1, so that its bytes stay what they were: without `<PRI>` and header of RFC 3164 or 5424,
 * with spaces for newlines, and cut after 8 KiB.
 */
export function syslogText(datagram: Buffer): string {
  const whole = datagram.toString('latin1').trimEnd();
  return withoutHeader(whole)
    .slice(0, MAX_LINE)
    .replace(/[\r\n]+/g, ' ');
}

function withoutHeader(whole: string): string {
  const text = whole.replace(PRIORITY, '');
  if (text === whole) return whole;
  const modern = RFC_5424.exec(text)?.[0];
  if (modern !== undefined) {
    const rest = text.slice(modern.length);
    return rest.startsWith(BYTE_ORDER_MARK) ? rest.slice(BYTE_ORDER_MARK.length) : rest;
  }
  const undated = text.replace(DATE, '');
  return undated.replace(undated === text ? SURE_TAG : TAG, '');
}
