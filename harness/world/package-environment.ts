/** What a program's package gives it besides files: environment, and folders that its service unit makes. */
export interface PackageEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Who sets it: "/etc/apache2/envvars of Debian's package". */
  readonly source: string;
  readonly folders: readonly string[];
}

const NOTHING: PackageEnvironment = { env: {}, source: '', folders: [] };

/** As Debian's packages and the official images have them. */
const BY_SERVICE: Readonly<Record<string, PackageEnvironment>> = {
  apache: {
    env: {
      APACHE_RUN_USER: 'www-data',
      APACHE_RUN_GROUP: 'www-data',
      APACHE_PID_FILE: '/run/apache2/apache2.pid',
      APACHE_RUN_DIR: '/run/apache2',
      APACHE_LOCK_DIR: '/var/lock/apache2',
      APACHE_LOG_DIR: '/var/log/apache2',
    },
    source: "the `envvars` of Debian's package",
    folders: ['/run/apache2', '/var/lock/apache2', '/var/log/apache2', '/var/www/html'],
  },
  nginx: {
    ...NOTHING,
    folders: ['/run', '/var/log/nginx', '/var/lib/nginx', '/var/cache/nginx', '/usr/share/nginx/html', '/var/www/html'],
  },
  haproxy: { ...NOTHING, folders: ['/run/haproxy', '/var/lib/haproxy'] },
  caddy: {
    env: { HOME: '/var/lib/caddy', XDG_DATA_HOME: '/var/lib/caddy/data', XDG_CONFIG_HOME: '/var/lib/caddy/config' },
    source: "Caddy's package",
    folders: ['/var/lib/caddy', '/var/lib/caddy/data', '/var/lib/caddy/config', '/var/log/caddy'],
  },
};

export const packageEnvironment = (service: string): PackageEnvironment => BY_SERVICE[service] ?? NOTHING;

/** Files that come with the programs: they are in the lab's world already and need neither a copy nor a stub. */
const PACKAGE_FILES =
  /^\/(?:usr\/(?!local\/)|s?bin\/|lib\w*\/|etc\/nginx\/(?:mime\.types|[\w-]*_params|fastcgi\.conf|koi-|win-utf|snippets\/(?:fastcgi-php|snakeoil)\.conf)|etc\/haproxy\/errors\/\d{3}\.http$|etc\/apache2\/(?:magic|mods-|conf-|envvars|ports\.conf)|etc\/mime\.types$|etc\/hosts$|etc\/resolv\.conf$|dev\/|proc\/)/;

export const isPackageFile = (path: string): boolean => PACKAGE_FILES.test(path);

/** Folders of programs and libraries, in which nothing is made: everything in a world is run by them. */
export const isOfSystem = (path: string): boolean =>
  /^\/(?:usr\/)?(?:s?bin|lib(?!\/(?:nginx|apache2|haproxy|lua|cgi-bin|node_modules)\/)\w*)\//.test(path);
