/**
 * The types of the TOSCA Simple Profile for Network Functions Virtualization 1.0, which a file of that version knows: those of
 * csd04 (chapter 5), and those of the working drafts (VDU, CP, VL, FP) that orchestrators of NFV were built on. Where the two
 * disagree the wider definition stands. What ETSI defines since (SOL001) comes in files of its own, which go before these.
 */
export const nfvTypes = `
tosca_definitions_version: tosca_simple_yaml_1_1

data_types:
  tosca.datatypes.nfv.L2AddressData: { derived_from: tosca.datatypes.Root }
  tosca.datatypes.nfv.L3AddressData:
    derived_from: tosca.datatypes.Root
    properties:
      ip_address_assignment: { type: boolean }
      floating_ip_activated: { type: boolean }
      ip_address_type: { type: string, required: false, constraints: [ valid_values: [ ipv4, ipv6 ] ] }
      number_of_ip_address: { type: integer, required: false }
  tosca.datatypes.nfv.AddressData:
    derived_from: tosca.datatypes.Root
    properties:
      address_type: { type: string, constraints: [ valid_values: [ mac_address, ip_address ] ] }
      l2_address_data: { type: tosca.datatypes.nfv.L2AddressData, required: false }
      l3_address_data: { type: tosca.datatypes.nfv.L3AddressData, required: false }
  tosca.datatypes.nfv.VirtualNetworkInterfaceRequirements:
    derived_from: tosca.datatypes.Root
    properties:
      name: { type: string, required: false }
      description: { type: string, required: false }
      support_mandatory: { type: boolean, required: false }
      requirement: { type: string }
  tosca.datatypes.nfv.ConnectivityType:
    derived_from: tosca.datatypes.Root
    properties:
      layer_protocol:
        type: string
        constraints: [ valid_values: [ ethernet, mpls, odu2, ipv4, ipv6, pseudo_wire ] ]
      flow_pattern: { type: string, required: false }
  tosca.datatypes.nfv.RequestedAdditionalCapability:
    derived_from: tosca.datatypes.Root
    properties:
      request_additional_capability_name: { type: string }
      support_mandatory: { type: string }
      min_requested_additional_capability_version: { type: string, required: false }
      preferred_requested_additional_capability_version: { type: string, required: false }
      target_performance_parameters: { type: map, entry_schema: string }
  tosca.datatypes.nfv.VirtualMemory:
    derived_from: tosca.datatypes.Root
    properties:
      virtual_mem_size: { type: scalar-unit.size }
      virtual_mem_oversubscription_policy: { type: string, required: false }
      numa_enabled: { type: boolean, required: false }
  tosca.datatypes.nfv.VirtualCpuPinning:
    derived_from: tosca.datatypes.Root
    properties:
      cpu_pinning_policy: { type: string, required: false, constraints: [ valid_values: [ static, dynamic ] ] }
      cpu_pinning_map: { type: map, required: false, entry_schema: string }
  tosca.datatypes.nfv.VirtualCpu:
    derived_from: tosca.datatypes.Root
    properties:
      cpu_architecture: { type: string, required: false }
      num_virtual_cpu: { type: integer }
      virtual_cpu_clock: { type: scalar-unit.frequency, required: false }
      virtual_cpu_oversubscription_policy: { type: string, required: false }
      virtual_cpu_pinning: { type: tosca.datatypes.nfv.VirtualCpuPinning, required: false }
  tosca.datatypes.nfv.VnfcConfigurableProperties:
    derived_from: tosca.datatypes.Root
    properties:
      additional_vnfc_configurable_properties: { type: map, required: false, entry_schema: string }

artifact_types:
  tosca.artifacts.nfv.SwImage:
    derived_from: tosca.artifacts.Deployment.Image
    properties:
      name: { type: string }
      version: { type: string }
      checksum: { type: string }
      container_format: { type: string }
      disk_format: { type: string }
      min_disk: { type: scalar-unit.size }
      min_ram: { type: scalar-unit.size, required: false }
      size: { type: scalar-unit.size }
      sw_image: { type: string }
      operating_system: { type: string, required: false }
      supported_virtualization_environment: { type: list, required: false, entry_schema: string }

capability_types:
  tosca.capabilities.nfv.VirtualLinkable: { derived_from: tosca.capabilities.network.Linkable }
  tosca.capabilities.nfv.VirtualBindable: { derived_from: tosca.capabilities.network.Bindable }
  tosca.capabilities.nfv.HA:
    derived_from: tosca.capabilities.Root
    valid_source_types: [ tosca.nodes.nfv.VDU ]
  tosca.capabilities.nfv.HA.ActiveActive: { derived_from: tosca.capabilities.nfv.HA }
  tosca.capabilities.nfv.HA.ActivePassive: { derived_from: tosca.capabilities.nfv.HA }
  tosca.capabilities.nfv.Metric: { derived_from: tosca.capabilities.Endpoint }
  tosca.capabilities.nfv.Forwarder: { derived_from: tosca.capabilities.Root }
  tosca.capabilities.nfv.VirtualStorage: { derived_from: tosca.capabilities.Root }
  tosca.capabilities.nfv.VirtualCompute:
    derived_from: tosca.capabilities.Root
    properties:
      requested_additional_capabilities:
        type: map
        required: false
        entry_schema: tosca.datatypes.nfv.RequestedAdditionalCapability
      virtual_memory: { type: tosca.datatypes.nfv.VirtualMemory }
      virtual_cpu: { type: tosca.datatypes.nfv.VirtualCpu }

relationship_types:
  tosca.relationships.nfv.VirtualLinksTo:
    derived_from: tosca.relationships.network.LinksTo
    valid_target_types: [ tosca.capabilities.nfv.VirtualLinkable ]
  tosca.relationships.nfv.VirtualBindsTo:
    derived_from: tosca.relationships.network.BindsTo
    valid_target_types: [ tosca.capabilities.nfv.VirtualBindable ]
  tosca.relationships.nfv.HA:
    derived_from: tosca.relationships.Root
    valid_target_types: [ tosca.capabilities.nfv.HA ]
  tosca.relationships.nfv.Monitor:
    derived_from: tosca.relationships.ConnectsTo
    valid_target_types: [ tosca.capabilities.nfv.Metric ]
  tosca.relationships.nfv.ForwardsTo:
    derived_from: tosca.relationships.Root
    valid_target_types: [ tosca.capabilities.nfv.Forwarder ]
  tosca.relationships.nfv.VDU.AttachedTo:
    derived_from: tosca.relationships.Root
    valid_target_types: [ tosca.capabilities.nfv.VirtualStorage ]

node_types:
  # The drafts give a VNF an id, a vendor and a version, csd04 all the rest.
  tosca.nodes.nfv.VNF:
    derived_from: tosca.nodes.Root
    properties:
      id: { type: string, required: false }
      vendor: { type: string, required: false }
      version: { type: version, required: false }
      descriptor_id: { type: string, required: false }
      descriptor_version: { type: string, required: false }
      provider: { type: string, required: false }
      product_name: { type: string, required: false }
      software_version: { type: string, required: false }
      product_info_name: { type: string, required: false }
      product_info_description: { type: string, required: false }
      vnfm_info: { type: list, required: false, entry_schema: string }
      localization_languages: { type: list, required: false, entry_schema: string }
      default_localization_language: { type: string, required: false }
      flavour_id: { type: string, required: false }
      flavour_description: { type: string, required: false }
    requirements:
      - virtualLink:
          capability: tosca.capabilities.nfv.VirtualLinkable
          relationship: tosca.relationships.nfv.VirtualLinksTo
          occurrences: [ 0, UNBOUNDED ]
      - virtual_link:
          capability: tosca.capabilities.nfv.VirtualLinkable
          relationship: tosca.relationships.nfv.VirtualLinksTo
          occurrences: [ 0, UNBOUNDED ]
  tosca.nodes.nfv.VDU:
    derived_from: tosca.nodes.Compute
    capabilities:
      high_availability: { type: tosca.capabilities.nfv.HA }
      virtualbinding: { type: tosca.capabilities.nfv.VirtualBindable }
      monitoring_parameter: { type: tosca.capabilities.nfv.Metric }
    requirements:
      - high_availability:
          capability: tosca.capabilities.nfv.HA
          node: tosca.nodes.nfv.VDU
          relationship: tosca.relationships.nfv.HA
          occurrences: [ 0, 1 ]
  tosca.nodes.nfv.VDU.Compute:
    derived_from: tosca.nodes.Compute
    properties:
      name: { type: string }
      description: { type: string }
      boot_order: { type: list, required: false, entry_schema: string }
      nfvi_constraints: { type: list, required: false, entry_schema: string }
      configurable_properties: { type: map, required: false, entry_schema: tosca.datatypes.nfv.VnfcConfigurableProperties }
    capabilities:
      virtual_compute: { type: tosca.capabilities.nfv.VirtualCompute }
      virtual_binding: { type: tosca.capabilities.nfv.VirtualBindable }
      monitoring_parameter: { type: tosca.capabilities.nfv.Metric }
    requirements:
      - virtual_storage:
          capability: tosca.capabilities.nfv.VirtualStorage
          node: tosca.nodes.nfv.VDU.VirtualStorage
          relationship: tosca.relationships.nfv.VDU.AttachedTo
          occurrences: [ 0, UNBOUNDED ]
  tosca.nodes.nfv.VDU.VirtualStorage:
    derived_from: tosca.nodes.Root
    properties:
      type_of_storage: { type: string }
      size_of_storage: { type: scalar-unit.size }
      rdma_enabled: { type: boolean, required: false }
    capabilities:
      virtual_storage: { type: tosca.capabilities.nfv.VirtualStorage }
  tosca.nodes.nfv.Cpd:
    derived_from: tosca.nodes.Root
    properties:
      layer_protocol:
        type: string
        constraints: [ valid_values: [ ethernet, mpls, odu2, ipv4, ipv6, pseudo_wire ] ]
      role: { type: string, required: false, constraints: [ valid_values: [ root, leaf ] ] }
      description: { type: string, required: false }
      address_data: { type: list, required: false, entry_schema: tosca.datatypes.nfv.AddressData }
  tosca.nodes.nfv.VduCpd:
    derived_from: tosca.nodes.nfv.Cpd
    properties:
      bitrate_requirement: { type: integer, required: false }
      virtual_network_interface_requirements:
        type: list
        required: false
        entry_schema: tosca.datatypes.nfv.VirtualNetworkInterfaceRequirements
    requirements:
      - virtual_link:
          capability: tosca.capabilities.nfv.VirtualLinkable
          relationship: tosca.relationships.nfv.VirtualLinksTo
          occurrences: [ 0, 1 ]
      - virtual_binding:
          capability: tosca.capabilities.nfv.VirtualBindable
          node: tosca.nodes.nfv.VDU.Compute
          relationship: tosca.relationships.nfv.VirtualBindsTo
  tosca.nodes.nfv.VnfVirtualLinkDesc:
    derived_from: tosca.nodes.Root
    properties:
      connectivity_type: { type: tosca.datatypes.nfv.ConnectivityType }
      description: { type: string, required: false }
      test_access: { type: list, required: false, entry_schema: string }
    capabilities:
      virtual_linkable: { type: tosca.capabilities.nfv.VirtualLinkable }
  # The network side of a port of the drafts is virtualLink; the link that all ports need is left to it.
  tosca.nodes.nfv.CP:
    derived_from: tosca.nodes.network.Port
    properties:
      type: { type: string, required: false }
    attributes:
      address: { type: string }
    requirements:
      - link:
          capability: tosca.capabilities.network.Linkable
          relationship: tosca.relationships.network.LinksTo
          occurrences: [ 0, 1 ]
      - virtualLink:
          capability: tosca.capabilities.nfv.VirtualLinkable
          node: tosca.nodes.nfv.VL
          relationship: tosca.relationships.nfv.VirtualLinksTo
      - virtualBinding:
          capability: tosca.capabilities.nfv.VirtualBindable
          node: tosca.nodes.nfv.VDU
          relationship: tosca.relationships.nfv.VirtualBindsTo
  tosca.nodes.nfv.VL:
    derived_from: tosca.nodes.network.Network
    properties:
      vendor: { type: string }
    capabilities:
      virtual_linkable: { type: tosca.capabilities.nfv.VirtualLinkable }
  tosca.nodes.nfv.VL.ELine:
    derived_from: tosca.nodes.nfv.VL
    capabilities:
      virtual_linkable: { type: tosca.capabilities.nfv.VirtualLinkable, occurrences: [ 2, 2 ] }
  tosca.nodes.nfv.VL.ELAN: { derived_from: tosca.nodes.nfv.VL }
  tosca.nodes.nfv.VL.ETree: { derived_from: tosca.nodes.nfv.VL }
  tosca.nodes.nfv.FP:
    derived_from: tosca.nodes.Root
    properties:
      policy: { type: string, required: false }
    requirements:
      - forwarder:
          capability: tosca.capabilities.nfv.Forwarder
          relationship: tosca.relationships.nfv.ForwardsTo
          occurrences: [ 0, UNBOUNDED ]

group_types:
  tosca.groups.nfv.VNFFG:
    derived_from: tosca.groups.Root
    properties:
      vendor: { type: string }
      version: { type: string }
      number_of_endpoints: { type: integer }
      dependent_virtual_link: { type: list, entry_schema: string }
      connection_point: { type: list, entry_schema: string }
      constituent_vnfs: { type: list, entry_schema: string }
`;
