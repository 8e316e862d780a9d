import '@xyflow/react/dist/base.css';
import './topology.css';
import {
  Background,
  BaseEdge,
  Controls,
  type Edge,
  type EdgeProps,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { Segmented } from 'antd';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortType } from '../../format/value.ts';
import { useTheme } from '../../shell/preferences.ts';
import { Icon } from '../Icon.tsx';
import { type Column, Table } from '../Listing.tsx';
import { stateLooks } from '../state.ts';
import { StateShape, StateTag } from '../StateTag.tsx';
import { arrange, cardSize, type DrawnNode, edgesOf, iconOf, shapeOf } from './graph.ts';

interface TopologyProps {
  readonly nodes: readonly DrawnNode[];
  readonly selected?: string | undefined;
  /** Told the id of a card, or undefined for a click beside all cards. */
  readonly onSelect?: (id: string | undefined) => void;
  readonly height?: number | string;
}

/** More cards than this are shown as a list: laying them out would stop the browser for seconds. */
const mostDrawn = 500;

/** A topology as a graph or, for those who read better that way, as a list. */
export default function Topology({ nodes, selected, onSelect, height = 440 }: TopologyProps) {
  const { t } = useTranslation();
  const [view, setView] = useState<'graph' | 'list'>('graph');
  const shown = nodes.length > mostDrawn ? 'list' : view;
  const element = useRef<HTMLDivElement>(null);
  const [frame, setFrame] = useState<Size>();
  useLayoutEffect(() => {
    // Measured once: a picture that turned around whenever a panel opens beside it would be hard to follow.
    if (element.current) setFrame({ width: element.current.clientWidth, height: element.current.clientHeight });
  }, []);
  return (
    <div className="topology" style={shown === 'graph' ? { height } : {}} ref={element}>
      <div className="view">
        <Segmented<'graph' | 'list'>
          size="small"
          value={shown}
          disabled={nodes.length > mostDrawn}
          options={[
            { value: 'graph', label: t('common.graph') },
            { value: 'list', label: t('common.list') },
          ]}
          onChange={(value) => setView(value)}
        />
      </div>
      {shown === 'graph' && frame && <Graph nodes={nodes} selected={selected} onSelect={onSelect} frame={frame} />}
      {shown === 'list' && <NodeList nodes={nodes} onSelect={onSelect} />}
    </div>
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

type Card = Node<{ drawn: DrawnNode }, 'card'>;
type Line = Edge<{ path: string }, 'line'>;
const nodeTypes = { card: CardView };
const edgeTypes = { line: LineView };

function Graph({
  nodes,
  selected,
  onSelect,
  frame,
}: Pick<TopologyProps, 'nodes' | 'selected' | 'onSelect'> & { frame: Size }) {
  const theme = useTheme();
  const shape = shapeOf(nodes);
  // States change every second, cards and lines almost never: only the latter are laid out again.
  const { edges, arrangement } = useMemo(() => {
    const lines = edgesOf(nodes);
    return { edges: lines, arrangement: arrange(nodes, lines, frame) };
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [shape, frame]);
  const across = arrangement.direction === 'LR';
  const cards = nodes.map<Card>((drawn) => ({
    id: drawn.id,
    type: 'card',
    position: arrangement.places.get(drawn.id) ?? { x: 0, y: 0 },
    ...cardSize,
    data: { drawn },
    sourcePosition: across ? Position.Right : Position.Bottom,
    targetPosition: across ? Position.Left : Position.Top,
    selected: drawn.id === selected,
    ariaLabel: drawn.title ?? drawn.id,
  }));
  const lines = edges.map<Line>((edge) => ({
    id: edge.id,
    source: edge.from,
    target: edge.to,
    type: 'line',
    data: { path: arrangement.paths.get(edge.id) ?? '' },
    className: edge.hosting ? 'hosting' : '',
    focusable: false,
    markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: 'var(--line-strong)' },
  }));
  return (
    <ReactFlow<Card, Line>
      key={`${shape} ${arrangement.direction}`}
      nodes={cards}
      edges={lines}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      colorMode={theme}
      fitView
      fitViewOptions={fit}
      minZoom={0.15}
      maxZoom={1.6}
      nodesDraggable={false}
      nodesConnectable={false}
      elementsSelectable={Boolean(onSelect)}
      nodesFocusable={Boolean(onSelect)}
      zoomOnScroll={false}
      panOnScroll={false}
      preventScrolling={false}
      proOptions={{ hideAttribution: true }}
      onNodeClick={(_, card) => onSelect?.(card.id)}
      onPaneClick={() => onSelect?.(undefined)}
      onNodesChange={(changes) => {
        // The keyboard selects a card with Enter.
        for (const change of changes) if (change.type === 'select' && change.selected) onSelect?.(change.id);
      }}
    >
      <Background gap={20} size={1} color="var(--line)" />
      <FitAgain />
      <Controls showInteractive={false} position="bottom-right" />
    </ReactFlow>
  );
}

const fit = { padding: 0.06, maxZoom: 1.1 };

/** Shows the whole picture again when the room for it changes. */
function FitAgain() {
  const { fitView } = useReactFlow();
  const width = useStore((state) => state.width);
  const before = useRef(width);
  useEffect(() => {
    if (before.current !== 0 && before.current !== width) void fitView(fit);
    before.current = width;
  }, [width, fitView]);
  return null;
}

function LineView({ data, markerEnd }: EdgeProps<Line>) {
  return <BaseEdge path={data?.path ?? ''} {...(markerEnd && { markerEnd })} />;
}

function CardView({ data: { drawn }, selected, sourcePosition, targetPosition }: NodeProps<Card>) {
  const tone = drawn.state ? stateLooks[drawn.state].tone : 'none';
  return (
    <div className={`topology-card ${tone} ${selected ? 'selected' : ''} ${drawn.stack ? 'stacked' : ''}`}>
      <Handle type="target" position={targetPosition ?? Position.Left} />
      <span className="picture">
        <Icon name={iconOf(drawn.type)} size={20} />
      </span>
      <span className="text">
        <span className="title ellipsis" title={drawn.id}>
          {drawn.title ?? drawn.id}
          {drawn.stack && <b className="times">× {countOf(drawn.stack)}</b>}
        </span>
        <span className="sub">
          {drawn.stack ? (
            <StackStates of={drawn.stack} />
          ) : drawn.state ? (
            <StateTag state={drawn.state} bare />
          ) : (
            <span className="ellipsis">{drawn.remark ?? shortType(drawn.type)}</span>
          )}
        </span>
      </span>
      <Handle type="source" position={sourcePosition ?? Position.Right} />
    </div>
  );
}

function countOf(stack: NonNullable<DrawnNode['stack']>): number {
  return stack.reduce((sum, [, count]) => sum + count, 0);
}

/** How many instances are in each state; a single state is said in words. */
function StackStates({ of }: { of: NonNullable<DrawnNode['stack']> }) {
  const { t } = useTranslation();
  const [first, ...more] = of;
  if (first && more.length === 0) return <StateTag state={first[0]} bare />;
  return (
    <span className="stack-states">
      {of.map(([state, count]) => (
        <span
          key={state}
          className={`tag bare ${stateLooks[state].tone}`}
          title={`${t(`state.${state}`)} ${count}`}
          role="img"
          aria-label={`${t(`state.${state}`)} ${count}`}
        >
          <StateShape shape={stateLooks[state].shape} />
          {count}
        </span>
      ))}
    </span>
  );
}

function NodeList({ nodes, onSelect }: Pick<TopologyProps, 'nodes' | 'onSelect'>) {
  const { t } = useTranslation();
  const columns: Column<DrawnNode>[] = [
    {
      key: 'node',
      title: t('template.node'),
      cell: (node) =>
        onSelect ? (
          <button type="button" className="link" onClick={() => onSelect(node.id)}>
            {node.title ?? node.id}
            {node.stack && ` × ${countOf(node.stack)}`}
          </button>
        ) : (
          <strong style={{ fontWeight: 550 }}>{node.title ?? node.id}</strong>
        ),
    },
    { key: 'type', title: t('template.type'), cell: (node) => <code>{node.type}</code> },
    {
      key: 'state',
      title: t('common.state'),
      cell: (node) =>
        node.stack ? <StackStates of={node.stack} /> : node.state ? <StateTag state={node.state} /> : node.remark,
    },
    {
      key: 'requires',
      title: t('template.requires'),
      long: 'wrap',
      cell: (node) => (
        <span className="sub">{node.requires.map((one) => `${one.name} → ${one.target}`).join(', ')}</span>
      ),
    },
  ];
  return (
    <Table
      items={nodes}
      columns={nodes.some((node) => node.state ?? node.remark) ? columns : columns.filter((one) => one.key !== 'state')}
      rowKey={(node) => node.id}
      label={t('template.nodes')}
    />
  );
}
