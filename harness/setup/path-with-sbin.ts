/** PATH with the folders where Debian keeps proxies and network tools, which users other than root lack. */
export function pathWithSbin(path: string | undefined): string {
  const folders = (path ?? '/usr/bin:/bin').split(':');
  return [...folders, ...['/usr/local/sbin', '/usr/sbin', '/sbin'].filter((folder) => !folders.includes(folder))].join(':');
}
