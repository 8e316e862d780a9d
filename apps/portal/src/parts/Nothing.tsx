import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';

/** Says in one sentence that there is nothing, and offers what to do about it. */
export function Nothing({ icon = 'layers', text, children }: { icon?: IconName; text: string; children?: ReactNode }) {
  return (
    <div className="nothing">
      <span className="art-frame">
        <Icon name={icon} size={40} />
      </span>
      <p>{text}</p>
      {children}
    </div>
  );
}
