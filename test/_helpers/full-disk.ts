/** What a command is begun with to run as on a full disk: a write beyond so many bytes of a file fails. */
export const limited = (bytes: number): string[] => [
  '/bin/sh',
  '-c',
  `trap '' XFSZ; ulimit -f ${Math.ceil(bytes / 512)}; exec "$0" "$@"`,
];
