/** `pileus_types_1_0`: the types the orchestrator makes cloud resources of. Import it by name. */
export const pileusTypes = `
tosca_definitions_version: tosca_simple_yaml_1_3

data_types:
  pileus.datatypes.SecurityRule:
    derived_from: tosca.datatypes.Root
    description: Lets traffic through. Without cidr and group it may come from (or go to) anywhere.
    properties:
      direction: { type: string, default: ingress, constraints: [ valid_values: [ ingress, egress ] ] }
      protocol: { type: string, default: tcp, constraints: [ valid_values: [ tcp, udp, icmp, any ] ] }
      ports:
        type: range
        required: false
        description: First and last port; absent for all of them.
        constraints: [ in_range: [ 1, 65535 ] ]
      port: { type: tosca.datatypes.network.PortDef, required: false, description: One port instead of ports. }
      cidr: { type: string, required: false, description: 'The other side, e.g. 10.0.0.0/8.' }
      group:
        type: string
        required: false
        description: The name of a SecurityGroup node of this template whose members are the other side.

capability_types:
  pileus.capabilities.SecurityGroup:
    derived_from: tosca.capabilities.Node
    description: Members are protected by the rules of the group.
  pileus.capabilities.AddressTarget:
    derived_from: tosca.capabilities.Node
    description: Can be reached under a public address.

relationship_types:
  pileus.relationships.Protects:
    derived_from: tosca.relationships.DependsOn
    description: The source is a member of the target, a security group.
    valid_target_types: [ pileus.capabilities.SecurityGroup ]
  pileus.relationships.PointsTo:
    derived_from: tosca.relationships.DependsOn
    description: The source, a public address, leads to the target.
    valid_target_types: [ pileus.capabilities.AddressTarget ]
  pileus.relationships.Joins:
    derived_from: tosca.relationships.DependsOn
    description: The source, a router, has a leg in the target, a network.
    valid_target_types: [ tosca.capabilities.network.Linkable ]

node_types:
  pileus.nodes.Server:
    derived_from: tosca.nodes.Compute
    description: A virtual machine. Without flavor or image, one is chosen from the capabilities host and os.
    properties:
      name: { type: string, required: false, description: Its name at the cloud; the node's name if absent. }
      flavor: { type: string, required: false, description: The name or id of a flavor. }
      image: { type: string, required: false, description: The name or id of an image. }
      key_pair: { type: string, required: false, description: The name of a key pair at the cloud. }
      zone: { type: string, required: false }
      user_data: { type: string, required: false, description: cloud-init user data. }
      network_names:
        type: list
        entry_schema: string
        required: false
        description: Names or ids of networks to join that exist already; networks of the template are joined by Port nodes.
    attributes:
      resource_id: { type: string }
    requirements:
      - security_group:
          capability: pileus.capabilities.SecurityGroup
          node: pileus.nodes.SecurityGroup
          relationship: pileus.relationships.Protects
          occurrences: [ 0, UNBOUNDED ]
      - key:
          capability: tosca.capabilities.Node
          node: pileus.nodes.KeyPair
          relationship: tosca.relationships.DependsOn
          occurrences: [ 0, 1 ]
  pileus.nodes.Network:
    derived_from: tosca.nodes.network.Network
    description: A network with one subnet.
    properties:
      name: { type: string, required: false, description: Its name at the cloud; the node's name if absent. }
      cidr: { type: string, description: 'The range of its addresses, e.g. 10.0.0.0/24.' }
      gateway: { type: string, required: false, description: The first address of the range if absent. }
      dns: { type: list, entry_schema: string, default: [] }
      dhcp: { type: boolean, default: true }
    attributes:
      resource_id: { type: string }
      subnet_id: { type: string }
  pileus.nodes.Port:
    derived_from: tosca.nodes.network.Port
    description: A server's leg in a network.
    attributes:
      address: { type: string }
      resource_id: { type: string }
    capabilities:
      address_target: { type: pileus.capabilities.AddressTarget }
    requirements:
      - security_group:
          capability: pileus.capabilities.SecurityGroup
          node: pileus.nodes.SecurityGroup
          relationship: pileus.relationships.Protects
          occurrences: [ 0, UNBOUNDED ]
  pileus.nodes.Router:
    derived_from: tosca.nodes.Root
    properties:
      name: { type: string, required: false, description: Its name at the cloud; the node's name if absent. }
      external_network: { type: string, required: false, description: The name or id of the external network it leads to. }
    attributes:
      resource_id: { type: string }
    requirements:
      - network:
          capability: tosca.capabilities.network.Linkable
          node: tosca.nodes.network.Network
          relationship: pileus.relationships.Joins
          occurrences: [ 0, UNBOUNDED ]
  pileus.nodes.SecurityGroup:
    derived_from: tosca.nodes.Root
    properties:
      name: { type: string, required: false, description: Its name at the cloud; the node's name if absent. }
      description: { type: string, required: false }
      rules: { type: list, entry_schema: pileus.datatypes.SecurityRule, default: [] }
    attributes:
      resource_id: { type: string }
    capabilities:
      membership: { type: pileus.capabilities.SecurityGroup }
  pileus.nodes.Address:
    derived_from: tosca.nodes.Root
    description: A public address.
    properties:
      network: { type: string, required: false, description: The name or id of the external network it is taken from. }
    attributes:
      address: { type: string }
      resource_id: { type: string }
    requirements:
      - port:
          capability: pileus.capabilities.AddressTarget
          node: pileus.nodes.Port
          relationship: pileus.relationships.PointsTo
          occurrences: [ 0, 1 ]
  pileus.nodes.KeyPair:
    derived_from: tosca.nodes.Root
    properties:
      name: { type: string, required: false, description: Its name at the cloud; the node's name if absent. }
      public_key: { type: string, description: An OpenSSH public key. }
    attributes:
      resource_id: { type: string }
  pileus.nodes.Volume:
    derived_from: tosca.nodes.Storage.BlockStorage
    properties:
      size: { type: scalar-unit.size, required: true, constraints: [ greater_or_equal: 1 MB ] }
      type: { type: string, required: false, description: The name of a volume type of the cloud. }
      zone: { type: string, required: false }
    attributes:
      resource_id: { type: string }

policy_types:
  pileus.policies.Update:
    derived_from: tosca.policies.Update
    description: How instances that can be counted are changed.
    properties:
      max_unavailable:
        type: integer
        default: 1
        description: So many of them may be out of service at a time.
        constraints: [ greater_or_equal: 1 ]
  pileus.policies.Scaling:
    derived_from: tosca.policies.Scaling
    description: How many there are of its targets, all equally many.
    properties:
      min_instances: { type: integer, default: 1, constraints: [ greater_or_equal: 0 ] }
      max_instances: { type: integer, constraints: [ greater_or_equal: 1 ] }
      default_instances: { type: integer, required: false, constraints: [ greater_or_equal: 0 ] }
  pileus.policies.Placement:
    derived_from: tosca.policies.Placement
    description: In which zones of the cloud servers and volumes are made that name none themselves.
    properties:
      zone: { type: string, required: false, description: The one zone for all. }
      zones: { type: list, entry_schema: string, default: [], description: 'Those to choose from, in this order.' }
      strategy:
        type: string
        default: spread
        description: 'spread gives each instance the next zone, pack gives all the first.'
        constraints: [ valid_values: [ spread, pack ] ]
  pileus.policies.Retry:
    derived_from: tosca.policies.Root
    description: Scripts that fail run again. It says that running one twice does no harm.
    properties:
      attempts: { type: integer, default: 3, description: 'In all, the first one among them.', constraints: [ in_range: [ 1, 100 ] ] }
      pause: { type: integer, default: 5, description: Seconds between two attempts., constraints: [ in_range: [ 0, 3600 ] ] }
      operations: { type: list, entry_schema: string, default: [], description: 'Their names, e.g. start; all of them if empty.' }
  pileus.policies.Healing:
    derived_from: tosca.policies.Root
    description: Looks at each instance of its targets, and mends those that are not well.
    properties:
      enabled: { type: boolean, default: true, required: false }
      check_type:
        type: string
        default: none
        required: false
        description: What is looked at beside the state of the server.
        constraints: [ valid_values: [ none, tcp, http, command ] ]
      port: { type: integer, required: false, constraints: [ in_range: [ 1, 65535 ] ] }
      path: { type: string, default: /, required: false, description: The page that must answer (http). }
      command: { type: string, required: false, description: What must end with 0 on the host (command). }
      interval: { type: integer, default: 10, required: false, description: Seconds between two looks. }
      timeout: { type: integer, default: 5, required: false, description: Seconds that one look may take. }
      threshold: { type: integer, default: 3, required: false, description: Looks in a row that must fail. }
      backoff: { type: integer, default: 30, required: false, description: Seconds before it is mended again; doubled each time. }
      limit: { type: integer, default: 5, required: false, description: How often it is mended before a person has to look. }
`;
