/** Only a path of this portal: an address of another site would send people away right after they signed in. */
export function localPath(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/';
}
