import type { Call, ManagedKind, Ref, Specs } from '@pileus/model';
import { refuseOthers, type Driver } from '@pileus/provider';
import { provider } from './reason.ts';

/** How the fields of one kind are changed in place. */
interface Ways<K extends ManagedKind> {
  /** Fields that one call changes together, and what each of them adds to its body. */
  readonly together: { readonly [F in keyof Specs[K]]?: Body<K> };
  /** Sends that body. */
  send(ref: Ref, body: object, call: Call): Promise<void>;
  /** Fields that take calls of their own, in this order. */
  readonly apart?: { readonly [F in keyof Specs[K]]?: Act<K> };
}

type Body<K extends ManagedKind> = (spec: Specs[K], ref: Ref, call: Call) => object | Promise<object>;
type Act<K extends ManagedKind> = (ref: Ref, spec: Specs[K], call: Call) => Promise<void>;

/** The half of a driver that changes things in place: what has a way can be changed. */
export function changing<K extends ManagedKind>(
  kind: K,
  { together, send, apart = {} }: Ways<K>,
): Required<Pick<Driver<K>, 'changeable' | 'update'>> {
  // TypeScript does not follow the values of a mapped type through Object.entries while K is open.
  const bodies = Object.entries(together) as [string, Body<K>][];
  const acts = Object.entries(apart) as [string, Act<K>][];
  const changeable = [...bodies, ...acts].map(([field]) => field);
  return {
    changeable,
    async update(ref, spec, changed, call) {
      call.signal.throwIfAborted();
      refuseOthers(provider, kind, changeable, changed);
      const parts: object[] = [];
      for (const [field, bodyOf] of bodies) if (changed.includes(field)) parts.push(await bodyOf(spec, ref, call));
      if (parts.length > 0) await send(ref, Object.assign({}, ...parts) as object, call);
      for (const [field, act] of acts) if (changed.includes(field)) await act(ref, spec, call);
    },
  };
}
