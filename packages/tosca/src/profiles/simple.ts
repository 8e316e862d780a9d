import type { Minor } from '../version.ts';

/**
 * The normative types of the TOSCA Simple Profile in YAML (1.0 chapters 5 and 7, 1.1 to 1.3 chapters 5 and 8), the
 * non-normative ones of 1.3 chapter 9 that templates use, and at the end a few that only other processors know. `since` notes
 * which version a type came with; earlier ones get it too, so that the reader can say so. Older names are in names.ts.
 *
 * Names and ancestors are those of 1.3 in every version, so that a template leads to one graph whichever it is written in; what
 * must be given, and what may, follows the version.
 */
export function simpleTypes(minor: Minor): string {
  // 1.0 gives them to Container, 1.1 derives that from Compute, and from 1.2 on Compute is derived from it.
  const computeProperties = `
    properties:
      num_cpus: { type: integer, required: false, constraints: [ greater_or_equal: 1 ] }
      cpu_frequency: { type: scalar-unit.frequency, required: false, constraints: [ greater_or_equal: 0.1 GHz ] }
      disk_size: { type: scalar-unit.size, required: false, constraints: [ greater_or_equal: 0 MB ] }
      mem_size: { type: scalar-unit.size, required: false, constraints: [ greater_or_equal: 0 MB ] }`;
  return `
tosca_definitions_version: tosca_simple_yaml_1_${minor}

data_types:
  tosca.datatypes.Root: {}
  tosca.datatypes.json: { metadata: { since: 1.2 §5.3.2 }, derived_from: string }
  tosca.datatypes.xml: { metadata: { since: 1.2 §5.3.4 }, derived_from: string }
  # Names the Simple Profile of 2.0 has for what 1.x builds in.
  tosca.datatypes.Size: { derived_from: scalar-unit.size }
  tosca.datatypes.Time: { derived_from: scalar-unit.time }
  tosca.datatypes.Frequency: { derived_from: scalar-unit.frequency }
  tosca.datatypes.Bitrate: { derived_from: scalar-unit.bitrate }
  tosca.datatypes.Credential:
    derived_from: tosca.datatypes.Root
    properties:
      protocol: { type: string, required: false }
      token_type: { type: string, default: password }
      token: { type: string }
      keys: { type: map, entry_schema: string, required: false }
      user: { type: string, required: false }
  tosca.datatypes.TimeInterval:
    metadata: { since: 1.1 §5.3.3 }
    derived_from: tosca.datatypes.Root
    properties:
      start_time: { type: timestamp }
      end_time: { type: timestamp }
  tosca.datatypes.network.NetworkInfo:
    derived_from: tosca.datatypes.Root
    properties:
      network_name: { type: string, required: false }
      network_id: { type: string, required: false }
      addresses: { type: list, entry_schema: string, required: false }
  tosca.datatypes.network.PortInfo:
    derived_from: tosca.datatypes.Root
    properties:
      port_name: { type: string, required: false }
      port_id: { type: string, required: false }
      network_id: { type: string, required: false }
      mac_address: { type: string, required: false }
      addresses: { type: list, entry_schema: string, required: false }
  tosca.datatypes.network.PortDef:
    derived_from: integer
    constraints: [ in_range: [ 1, 65535 ] ]
  tosca.datatypes.network.PortSpec:
    derived_from: tosca.datatypes.Root
    properties:
      protocol: { type: string, default: tcp, constraints: [ valid_values: [ udp, tcp, igmp ] ] }
      source: { type: tosca.datatypes.network.PortDef, required: false }
      source_range: { type: range, required: false, constraints: [ in_range: [ 1, 65535 ] ] }
      target: { type: tosca.datatypes.network.PortDef, required: false }
      target_range: { type: range, required: false, constraints: [ in_range: [ 1, 65535 ] ] }

artifact_types:
  tosca.artifacts.Root: {}
  tosca.artifacts.File: { derived_from: tosca.artifacts.Root }
  tosca.artifacts.Deployment: { derived_from: tosca.artifacts.Root }
  tosca.artifacts.Deployment.Image: { derived_from: tosca.artifacts.Deployment }
  tosca.artifacts.Deployment.Image.VM: { derived_from: tosca.artifacts.Deployment.Image }
  tosca.artifacts.Deployment.Image.VM.ISO: { derived_from: tosca.artifacts.Deployment.Image.VM, file_ext: [ iso ] }
  tosca.artifacts.Deployment.Image.VM.QCOW2: { derived_from: tosca.artifacts.Deployment.Image.VM, file_ext: [ qcow2 ] }
  tosca.artifacts.Deployment.Image.Container: { derived_from: tosca.artifacts.Deployment.Image }
  tosca.artifacts.Deployment.Image.Container.Docker: { derived_from: tosca.artifacts.Deployment.Image.Container }
  tosca.artifacts.Implementation: { derived_from: tosca.artifacts.Root }
  tosca.artifacts.Implementation.Bash:
    derived_from: tosca.artifacts.Implementation
    mime_type: application/x-sh
    file_ext: [ sh ]
  tosca.artifacts.Implementation.Python:
    derived_from: tosca.artifacts.Implementation
    mime_type: application/x-python
    file_ext: [ py ]
  tosca.artifacts.template: { metadata: { since: 1.3 §5.4.5.1 }, derived_from: tosca.artifacts.Root }
  tosca.artifacts.template.Jinja2: { derived_from: tosca.artifacts.template, file_ext: [ j2 ] }
  tosca.artifacts.template.Twig: { derived_from: tosca.artifacts.template, file_ext: [ twig ] }

capability_types:
  tosca.capabilities.Root: {}
  tosca.capabilities.Node: { derived_from: tosca.capabilities.Root }
  tosca.capabilities.Container:
    derived_from: tosca.capabilities.Root
    ${minor < 2 ? computeProperties : ''}
  tosca.capabilities.Compute:
    metadata: { since: 1.1 §5.5.3 }
    derived_from: tosca.capabilities.Container
    ${computeProperties}
      name: { type: string, required: false }
  tosca.capabilities.Network:
    metadata: { since: 1.1 §5.5.4 }
    derived_from: tosca.capabilities.Root
    properties:
      name: { type: string, required: false }
  tosca.capabilities.Storage:
    metadata: { since: 1.1 §5.5.5 }
    derived_from: tosca.capabilities.Root
    properties:
      name: { type: string, required: false }
  tosca.capabilities.Endpoint:
    derived_from: tosca.capabilities.Root
    properties:
      protocol: { type: string, default: tcp }
      port: { type: tosca.datatypes.network.PortDef, required: false }
      secure: { type: boolean, default: false, required: false }
      url_path: { type: string, required: false }
      port_name: { type: string, required: false }
      network_name: { type: string, default: PRIVATE, required: false }
      initiator: { type: string, default: source, required: false, constraints: [ valid_values: [ source, target, peer ] ] }
      ports:
        type: map
        required: false
        constraints: [ min_length: 1 ]
        entry_schema: tosca.datatypes.network.PortSpec
    attributes:
      ip_address: { type: string }
  tosca.capabilities.Endpoint.Public:
    derived_from: tosca.capabilities.Endpoint
    properties:
      # §5.5.8 asks for PUBLIC; a network of another name may be public too.
      network_name: { type: string, default: PUBLIC, required: false }
      floating: { type: boolean, default: false, required: false, status: experimental }
      dns_name: { type: string, required: false, status: experimental }
  tosca.capabilities.Endpoint.Admin:
    derived_from: tosca.capabilities.Endpoint
    properties:
      secure: { type: boolean, default: true, constraints: [ equal: true ] }
  tosca.capabilities.Endpoint.Database: { derived_from: tosca.capabilities.Endpoint }
  tosca.capabilities.Attachment: { derived_from: tosca.capabilities.Root }
  tosca.capabilities.OperatingSystem:
    derived_from: tosca.capabilities.Root
    properties:
      architecture: { type: string, required: false }
      type: { type: string, required: false }
      distribution: { type: string, required: false }
      version: { type: version, required: false }
  tosca.capabilities.Scalable:
    derived_from: tosca.capabilities.Root
    properties:
      min_instances: { type: integer, default: 1 }
      max_instances: { type: integer, default: 1 }
      default_instances: { type: integer, required: false }
  tosca.capabilities.Container.Docker:
    derived_from: tosca.capabilities.Container
    properties:
      version: { type: list, entry_schema: version, required: false }
      publish_all: { type: boolean, default: false, required: false }
      publish_ports: { type: list, entry_schema: tosca.datatypes.network.PortSpec, required: false }
      expose_ports: { type: list, entry_schema: tosca.datatypes.network.PortSpec, required: false }
      volumes: { type: list, entry_schema: string, required: false }
      host_id: { type: string, required: false }
      volume_id: { type: string, required: false }
  tosca.capabilities.network.Bindable: { derived_from: tosca.capabilities.Node }
  tosca.capabilities.network.Linkable: { derived_from: tosca.capabilities.Node }

interface_types:
  tosca.interfaces.Root: {}
  tosca.interfaces.node.lifecycle.Standard:
    derived_from: tosca.interfaces.Root
    operations:
      create: { description: Standard lifecycle create operation. }
      configure: { description: Standard lifecycle configure operation. }
      start: { description: Standard lifecycle start operation. }
      stop: { description: Standard lifecycle stop operation. }
      delete: { description: Standard lifecycle delete operation. }
  tosca.interfaces.relationship.Configure:
    derived_from: tosca.interfaces.Root
    operations:
      pre_configure_source: { description: Runs at the source before it is configured. }
      pre_configure_target: { description: Runs at the target before it is configured. }
      post_configure_source: { description: Runs at the source once it is configured. }
      post_configure_target: { description: Runs at the target once it is configured. }
      add_target: { description: Tells the source of a new target. }
      add_source: { description: Tells the target of a new source. }
      target_changed: { description: Tells the source that a property or attribute of the target changed. }
      remove_target: { description: Tells the source that a target goes. }
      remove_source: { description: Tells the target that a source goes. }

relationship_types:
  tosca.relationships.Root:
    attributes:
      tosca_id: { type: string }
      tosca_name: { type: string }
      state: { type: string, default: initial }
    interfaces:
      Configure: { type: tosca.interfaces.relationship.Configure }
  tosca.relationships.DependsOn:
    derived_from: tosca.relationships.Root
    valid_target_types: [ tosca.capabilities.Node ]
  tosca.relationships.HostedOn:
    derived_from: tosca.relationships.Root
    valid_target_types: [ tosca.capabilities.Container ]
  tosca.relationships.ConnectsTo:
    derived_from: tosca.relationships.Root
    valid_target_types: [ tosca.capabilities.Endpoint ]
    properties:
      credential: { type: tosca.datatypes.Credential, required: false }
  tosca.relationships.AttachesTo:
    derived_from: tosca.relationships.Root
    valid_target_types: [ tosca.capabilities.Attachment ]
    properties:
      location: { type: string, constraints: [ min_length: 1 ] }
      device: { type: string, required: false }
    attributes:
      device: { type: string }
  tosca.relationships.RoutesTo:
    derived_from: tosca.relationships.ConnectsTo
    valid_target_types: [ tosca.capabilities.Endpoint ]
  tosca.relationships.network.LinksTo:
    derived_from: tosca.relationships.DependsOn
    valid_target_types: [ tosca.capabilities.network.Linkable ]
  tosca.relationships.network.BindsTo:
    derived_from: tosca.relationships.DependsOn
    valid_target_types: [ tosca.capabilities.network.Bindable ]

node_types:
  tosca.nodes.Root:
    attributes:
      tosca_id: { type: string }
      tosca_name: { type: string }
      state: { type: string, default: initial }
    capabilities:
      feature: { type: tosca.capabilities.Node }
    requirements:
      - dependency:
          capability: tosca.capabilities.Node
          node: tosca.nodes.Root
          relationship: tosca.relationships.DependsOn
          occurrences: [ 0, UNBOUNDED ]
    interfaces:
      Standard: { type: tosca.interfaces.node.lifecycle.Standard }
  tosca.nodes.Abstract.Compute:
    metadata: { since: 1.2 §5.9.2 }
    derived_from: tosca.nodes.Root
    capabilities:
      host: { type: tosca.capabilities.Compute, valid_source_types: [] }
  tosca.nodes.Compute:
    derived_from: tosca.nodes.Abstract.Compute
    attributes:
      private_address: { type: string }
      public_address: { type: string }
      networks: { type: map, entry_schema: tosca.datatypes.network.NetworkInfo }
      ports: { type: map, entry_schema: tosca.datatypes.network.PortInfo }
    capabilities:
      host: { type: tosca.capabilities.Compute, valid_source_types: [ tosca.nodes.SoftwareComponent ] }
      endpoint: { type: tosca.capabilities.Endpoint.Admin }
      os: { type: tosca.capabilities.OperatingSystem }
      scalable: { type: tosca.capabilities.Scalable }
      binding: { type: tosca.capabilities.network.Bindable }
    requirements:
      - local_storage:
          capability: tosca.capabilities.Attachment
          node: tosca.nodes.Storage.BlockStorage
          relationship: tosca.relationships.AttachesTo
          occurrences: [ 0, UNBOUNDED ]
  tosca.nodes.SoftwareComponent:
    derived_from: tosca.nodes.Root
    properties:
      component_version: { type: version, required: false }
      admin_credential: { type: tosca.datatypes.Credential, required: false }
    requirements:
      - host:
          capability: tosca.capabilities.Compute
          node: tosca.nodes.Compute
          relationship: tosca.relationships.HostedOn
  tosca.nodes.WebServer:
    derived_from: tosca.nodes.SoftwareComponent
    capabilities:
      data_endpoint: { type: tosca.capabilities.Endpoint }
      admin_endpoint: { type: tosca.capabilities.Endpoint.Admin }
      host: { type: tosca.capabilities.Compute, valid_source_types: [ tosca.nodes.WebApplication ] }
  tosca.nodes.WebApplication:
    derived_from: tosca.nodes.Root
    properties:
      context_root: { type: string, required: false }
    capabilities:
      app_endpoint: { type: tosca.capabilities.Endpoint }
    requirements:
      - host:
          capability: tosca.capabilities.Compute
          node: tosca.nodes.WebServer
          relationship: tosca.relationships.HostedOn
  tosca.nodes.DBMS:
    derived_from: tosca.nodes.SoftwareComponent
    properties:
      root_password: { type: string, required: false }
      port: { type: integer, required: false }
    capabilities:
      host: { type: tosca.capabilities.Compute, valid_source_types: [ tosca.nodes.Database ] }
  tosca.nodes.Database:
    derived_from: tosca.nodes.Root
    properties:
      name: { type: string${minor < 3 ? ', metadata: { often_left_out: 1.0 §5.8.7 }' : ''} }
      port: { type: integer, required: false }
      user: { type: string, required: false }
      password: { type: string, required: false }
    capabilities:
      database_endpoint: { type: tosca.capabilities.Endpoint.Database }
    requirements:
      - host:
          capability: tosca.capabilities.Compute
          node: tosca.nodes.DBMS
          relationship: tosca.relationships.HostedOn
  tosca.nodes.Abstract.Storage:
    metadata: { since: 1.2 §5.9.9 }
    derived_from: tosca.nodes.Root
    properties:
      name: { type: string, required: false }
      size: { type: scalar-unit.size, required: false, constraints: [ greater_or_equal: 0 MB ] }
  tosca.nodes.Storage.ObjectStorage:
    metadata: { since: 1.1 §5.9.8 }
    derived_from: tosca.nodes.Abstract.Storage
    properties:
      ${
        minor < 2
          ? `name: { type: string, required: true }
      size: { type: scalar-unit.size, required: false, constraints: [ greater_or_equal: 0 GB ] }`
          : ''
      }
      maxsize: { type: scalar-unit.size, required: false, constraints: [ greater_or_equal: 0 GB ] }
    capabilities:
      storage_endpoint: { type: tosca.capabilities.Endpoint }
  tosca.nodes.Storage.BlockStorage:
    metadata: { since: 1.1 §5.9.9 }
    derived_from: tosca.nodes.Abstract.Storage
    properties:
      ${minor < 2 ? 'size: { type: scalar-unit.size, required: true, constraints: [ greater_or_equal: 1 MB ] }' : ''}
      volume_id: { type: string, required: false }
      snapshot_id: { type: string, required: false }
    attributes:
      volume_id: { type: string }
    capabilities:
      attachment: { type: tosca.capabilities.Attachment }
  tosca.nodes.Container.Runtime:
    derived_from: tosca.nodes.SoftwareComponent
    capabilities:
      host: { type: tosca.capabilities.Compute, valid_source_types: [ tosca.nodes.Container.Application ] }
      scalable: { type: tosca.capabilities.Scalable }
  tosca.nodes.Container.Application:
    derived_from: tosca.nodes.Root
    requirements:
      - host:
          capability: tosca.capabilities.Compute
          node: tosca.nodes.Container.Runtime
          relationship: tosca.relationships.HostedOn
      - storage:
          capability: tosca.capabilities.Storage
          occurrences: [ 0, UNBOUNDED ]
      - network:
          capability: tosca.capabilities.Endpoint
          occurrences: [ 0, UNBOUNDED ]
  tosca.nodes.LoadBalancer:
    derived_from: tosca.nodes.Root
    properties:
      algorithm: { type: string, required: false, status: experimental }
    capabilities:
      client: { type: tosca.capabilities.Endpoint.Public, occurrences: [ 0, UNBOUNDED ] }
    requirements:
      - application:
          capability: tosca.capabilities.Endpoint
          relationship: tosca.relationships.RoutesTo
          occurrences: [ 0, UNBOUNDED ]
  tosca.nodes.network.Network:
    derived_from: tosca.nodes.Root
    properties:
      ip_version: { type: integer, default: 4, required: false, constraints: [ valid_values: [ 4, 6 ] ] }
      cidr: { type: string, required: false }
      start_ip: { type: string, required: false }
      end_ip: { type: string, required: false }
      gateway_ip: { type: string, required: false }
      network_name: { type: string, required: false }
      network_id: { type: string, required: false }
      segmentation_id: { type: string, required: false }
      network_type: { type: string, required: false }
      physical_network: { type: string, required: false }
      dhcp_enabled: { type: boolean, default: true, required: false }
    attributes:
      segmentation_id: { type: string }
    capabilities:
      link: { type: tosca.capabilities.network.Linkable }
  tosca.nodes.network.Port:
    derived_from: tosca.nodes.Root
    properties:
      ip_address: { type: string, required: false }
      order: { type: integer, default: 0, required: false, constraints: [ greater_or_equal: 0 ] }
      is_default: { type: boolean, default: false, required: false }
      ip_range_start: { type: string, required: false }
      ip_range_end: { type: string, required: false }
    attributes:
      ip_address: { type: string }
    requirements:
      - link:
          capability: tosca.capabilities.network.Linkable
          relationship: tosca.relationships.network.LinksTo
      - binding:
          capability: tosca.capabilities.network.Bindable
          relationship: tosca.relationships.network.BindsTo
          occurrences: [ 0, 1 ]
  tosca.nodes.WebServer.Apache: { derived_from: tosca.nodes.WebServer }
  tosca.nodes.WebServer.Nodejs:
    derived_from: tosca.nodes.WebServer
    properties:
      github_url: { type: string, required: false }
  tosca.nodes.WebApplication.WordPress:
    derived_from: tosca.nodes.WebApplication
    properties:
      admin_user: { type: string, required: false }
      admin_password: { type: string, required: false }
      db_host: { type: string, required: false }
    requirements:
      - database_endpoint:
          capability: tosca.capabilities.Endpoint.Database
          node: tosca.nodes.Database
          relationship: tosca.relationships.ConnectsTo
  tosca.nodes.DBMS.MySQL:
    derived_from: tosca.nodes.DBMS
    properties:
      port: { type: integer, default: 3306 }
    capabilities:
      host: { type: tosca.capabilities.Compute, valid_source_types: [ tosca.nodes.Database.MySQL ] }
  tosca.nodes.Database.MySQL:
    derived_from: tosca.nodes.Database
    requirements:
      - host:
          capability: tosca.capabilities.Compute
          node: tosca.nodes.DBMS.MySQL
          relationship: tosca.relationships.HostedOn
  # Chapter 9 asks for a host of Container.Docker, which the normative runtime does not offer.
  tosca.nodes.Container.Application.Docker: { derived_from: tosca.nodes.Container.Application }

group_types:
  tosca.groups.Root:
    interfaces: ${minor < 3 ? '{ Standard: { type: tosca.interfaces.node.lifecycle.Standard } }' : '{}'}

policy_types:
  tosca.policies.Root: {}
  tosca.policies.Placement: { derived_from: tosca.policies.Root }
  tosca.policies.Scaling: { derived_from: tosca.policies.Root }
  tosca.policies.Update: { derived_from: tosca.policies.Root }
  tosca.policies.Performance: { derived_from: tosca.policies.Root }
  # In no version of the specification; OpenStack's processor and those that follow it know them.
  tosca.policies.Monitoring: { metadata: { since: none }, derived_from: tosca.policies.Root }
  tosca.policies.Reservation: { metadata: { since: none }, derived_from: tosca.policies.Root }
`;
}
