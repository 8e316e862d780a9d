import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../api/types.ts';
import { plain } from '../format/value.ts';
import { Copyable } from './Copyable.tsx';
import type { Column } from './Listing.tsx';
import { Moment } from './Moment.tsx';
import { StateTag } from './StateTag.tsx';

/** Columns of a list of resources: of one kind at a cloud, or of all kinds of a deployment. */
export function useResourceColumns(of: 'cloud' | 'deployment'): Column<Resource>[] {
  const { t } = useTranslation();
  const kind: Column<Resource> = {
    key: 'kind',
    title: t('cloud.kind'),
    width: 120,
    text: (resource) => resource.kind,
    cell: (resource) => t(`kind.${resource.kind}`),
  };
  const node: Column<Resource> = {
    key: 'node',
    title: t('deployment.node'),
    text: (resource) => resource.node ?? '',
    cell: (resource) => resource.node && <code>{resource.node}</code>,
  };
  const owner: Column<Resource> = {
    key: 'owner',
    title: t('cloud.owner'),
    text: (resource) => resource.deployment ?? '',
    cell: (resource) =>
      resource.deployment ? (
        <Link to="/deployments/$deployment" params={{ deployment: resource.deployment }}>
          <code>{resource.deployment}</code>
        </Link>
      ) : (
        <span className="quiet">{t('cloud.notFoundOnly')}</span>
      ),
  };
  // A cloud's own list is read while one looks.
  const seenAt: Column<Resource> = {
    key: 'seenAt',
    title: t('cloud.seenAt'),
    text: (resource) => resource.seenAt ?? '',
    cell: (resource) => <Moment at={resource.seenAt} relative />,
  };
  const zone: Column<Resource> = {
    key: 'zone',
    title: t('cloud.zone'),
    text: (resource) => resource.zone ?? '',
    cell: (resource) => resource.zone,
  };
  return [
    ...(of === 'deployment' ? [kind, node] : []),
    {
      key: 'name',
      title: t('common.name'),
      text: (resource) => resource.name,
      long: 'cut',
      cell: (resource) => <strong style={{ fontWeight: 550 }}>{resource.name}</strong>,
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 150,
      text: (resource) => resource.state,
      cell: (resource) => (
        <span className="row">
          <StateTag state={resource.state} />
          {resource.native && resource.native.toLowerCase() !== resource.state && (
            <code className="quiet">{resource.native}</code>
          )}
        </span>
      ),
    },
    {
      key: 'ref',
      title: t('cloud.ref'),
      text: (resource) => resource.ref ?? '',
      width: '18%',
      long: 'cut',
      cell: (resource) => resource.ref && <Copyable text={resource.ref} />,
    },
    {
      key: 'details',
      title: t('cloud.size'),
      long: 'cut',
      text: (resource) => JSON.stringify(resource.details),
      cell: (resource) => <Details of={resource.details} />,
    },
    ...(of === 'cloud' ? [zone, owner] : []),
    ...(of === 'deployment' ? [seenAt] : []),
  ];
}

/** The few details that fit a cell; all of them in its title. */
function Details({ of }: { of: Readonly<Record<string, unknown>> }) {
  const told = Object.entries(of)
    .filter(([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(
      ([name, value]) =>
        `${name} ${name === 'addresses' && Array.isArray(value) ? value.map(addressOf).join(', ') : plain(value)}`,
    );
  return (
    <span className="sub" title={told.join('\n')}>
      {told.join(' · ')}
    </span>
  );
}

function addressOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'address' in value ? plain(value.address) : plain(value);
}
