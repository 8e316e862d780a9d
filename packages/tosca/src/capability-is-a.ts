/** Until 1.2 Container was the wider of the two, from 1.3 on Compute is derived from it; they stand for one another. */
export function isA(types: readonly string[], wanted: string): boolean {
  return (
    types.includes(wanted) ||
    (wanted === 'tosca.capabilities.Compute' && types.includes('tosca.capabilities.Container'))
  );
}
