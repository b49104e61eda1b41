import { createHash } from 'node:crypto';

/* The user whom every password file of a world knows beside its own: their passwords cannot be read back, and behind the question nothing could be tried. */

const USER = 'hopscope';
const PASSWORD = 'hopscope';

/** A line of a password file in the form that both nginx and Apache httpd read (RFC 2307 section 5.3): no secret, and quickly checked. */
export const PASSWORD_LINE = `${USER}:{SHA}${createHash('sha1').update(PASSWORD).digest('base64')}\n`;

/** RFC 7617 section 2. */
export const AUTHORIZATION = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;

/** A password file with one user more. */
export const withOwnUser = (text: string): string => `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${PASSWORD_LINE}`;
