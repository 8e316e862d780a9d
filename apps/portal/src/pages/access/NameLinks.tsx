import './access.css';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePermission } from '../../shell/permission.ts';
import type { Named } from './named.ts';

const shownAtOnce = 3;

/** Names of groups in a cell of a list: the first few, with the number of the others. */
export function GroupLinks({ of }: { of: readonly Named[] }) {
  return <Few of={of} link={(group) => <GroupLink group={group} />} />;
}

/** Names of policies in a cell of a list. */
export function PolicyLinks({ of }: { of: readonly Named[] }) {
  return <Few of={of} link={(policy) => <PolicyLink policy={policy} />} />;
}

export function GroupLink({ group }: { group: Named }) {
  const may = usePermission();
  if (!may('group.read')) return <>{group.name}</>;
  return (
    <Link to="/groups/$group" params={{ group: group.id }}>
      {group.name}
    </Link>
  );
}

export function PolicyLink({ policy }: { policy: Named }) {
  const may = usePermission();
  if (!may('policy.read')) return <>{policy.name}</>;
  return (
    <Link to="/policies/$policy" params={{ policy: policy.id }}>
      {policy.name}
    </Link>
  );
}

function Few({ of, link }: { of: readonly Named[]; link: (one: Named) => React.ReactNode }) {
  const { t } = useTranslation();
  const others = of.slice(shownAtOnce);
  if (of.length === 0) return <span className="quiet">–</span>;
  return (
    <span className="few">
      {of.slice(0, shownAtOnce).map((one) => (
        <span key={one.id} className="chip">
          {link(one)}
        </span>
      ))}
      {others.length > 0 && (
        <span className="quiet" title={t('access.moreNamesHint', { names: others.map(({ name }) => name).join(', ') })}>
          {t('access.moreNames', { count: others.length })}
        </span>
      )}
    </span>
  );
}
