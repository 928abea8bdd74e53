#include "order/customary.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace fhirehose::order {
namespace {

/// From what is referred to, to what refers. What is not named stands in the middle, at kUnnamed.
constexpr std::array<std::string_view, 52> kEarly = {"CodeSystem",
                                                     "ValueSet",
                                                     "ConceptMap",
                                                     "StructureDefinition",
                                                     "Questionnaire",
                                                     "Measure",
                                                     "ActivityDefinition",
                                                     "PlanDefinition",
                                                     "Library",
                                                     "Organization",
                                                     "Endpoint",
                                                     "Location",
                                                     "OrganizationAffiliation",
                                                     "Practitioner",
                                                     "HealthcareService",
                                                     "PractitionerRole",
                                                     "InsurancePlan",
                                                     "Substance",
                                                     "Medication",
                                                     "MedicationKnowledge",
                                                     "DeviceDefinition",
                                                     "Patient",
                                                     "RelatedPerson",
                                                     "Person",
                                                     "Group",
                                                     "Device",
                                                     "DeviceMetric",
                                                     "Account",
                                                     "Coverage",
                                                     "Schedule",
                                                     "Slot",
                                                     "Appointment",
                                                     "AppointmentResponse",
                                                     "EpisodeOfCare",
                                                     "Encounter",
                                                     "Specimen",
                                                     "BodyStructure",
                                                     "Condition",
                                                     "AllergyIntolerance",
                                                     "FamilyMemberHistory",
                                                     "Observation",
                                                     "Media",
                                                     "Binary",
                                                     "CareTeam",
                                                     "Goal",
                                                     "CarePlan",
                                                     "ServiceRequest",
                                                     "DeviceRequest",
                                                     "NutritionOrder",
                                                     "MedicationRequest",
                                                     "Procedure",
                                                     "Immunization"};
constexpr std::array<std::string_view, 16> kLate = {"ImagingStudy",
                                                    "DiagnosticReport",
                                                    "DocumentReference",
                                                    "Composition",
                                                    "DocumentManifest",
                                                    "MedicationDispense",
                                                    "MedicationAdministration",
                                                    "MedicationStatement",
                                                    "SupplyRequest",
                                                    "SupplyDelivery",
                                                    "Claim",
                                                    "ClaimResponse",
                                                    "ExplanationOfBenefit",
                                                    "List",
                                                    "AuditEvent",
                                                    "Provenance"};
constexpr int kUnnamed = static_cast<int>(kEarly.size());

constexpr auto make_ranks() {
  std::array<int, core::kResourceTypeCount> ranks{};
  ranks.fill(kUnnamed);
  for (std::size_t i = 0; i < kEarly.size(); ++i) {
    ranks[core::index_of(core::find_resource_type(kEarly[i]).value())] = static_cast<int>(i);
  }
  for (std::size_t i = 0; i < kLate.size(); ++i) {
    ranks[core::index_of(core::find_resource_type(kLate[i]).value())] =
        kUnnamed + 1 + static_cast<int>(i);
  }
  return ranks;
}

constexpr auto kRanks = make_ranks();

}  // namespace

namespace {

struct Opening {
  std::string_view type;  ///< the first of its section
  Section section;
};
constexpr std::array<Opening, 5> kOpenings = {{{"Patient", Section::kPatients},
                                               {"Device", Section::kVisits},
                                               {"Specimen", Section::kClinical},
                                               {"Claim", Section::kFinancial},
                                               {"List", Section::kProvenance}}};

constexpr auto make_sections() {
  std::array<Section, core::kResourceTypeCount> sections{};
  for (std::size_t i = 0; i < sections.size(); ++i) {
    for (const Opening& opening : kOpenings) {
      const auto first = core::index_of(core::find_resource_type(opening.type).value());
      if (kRanks[i] >= kRanks[first]) sections[i] = opening.section;
    }
  }
  return sections;
}

constexpr auto kSections = make_sections();

}  // namespace

Section customary_section(core::ResourceType type) { return kSections[core::index_of(type)]; }

int customary_rank(core::ResourceType type) { return kRanks[core::index_of(type)]; }

}  // namespace fhirehose::order
