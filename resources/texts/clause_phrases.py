# SPDX-License-Identifier: GPL-3.0-or-later
"""The phrases of contracts: leases, sales, services, loans. One list is one subject."""


def split(text):
    return [part.strip() for part in text.split("|")]


CLAUSE_SLOTS = dict(
    period=split("month|quarter|calendar month|year|week"), days=split("five|seven|ten|fourteen|fifteen|thirty|sixty|ninety"),
    ordinal=split("first|fifth|tenth|fifteenth|last"), amount=split("$50|$75|$120|$250|$400|$850|$1,000|$1,500|$2,400|$5,000|$10,000"), percent=split("one|two|three|five|eight|ten"),
    years=split("one|two|three|five|ten"), state=split("state|State of New York|State of Ohio|State of Maine|country|state in which the premises are situated|State of Delaware|place of performance"),
    premises=split("premises|apartment|house|building|rented rooms|property|office|shop|garage|garden"), goods=split("goods|products|materials|equipment|vehicles|machines|documents"),
    service=split("services|works|repairs|deliveries"), harm=split("damage|loss|injury|defect|delay"),
    month=split("January|March|April|June|July|September|October|December"), use=split("residential|commercial|lawful|private|office|storage"),
    agreement=split("agreement|agreement|agreement|contract|lease"), must=split("shall|shall|shall|must|agrees to"),
)

# Who stands against whom; a row speaks of one pair.
PARTIES = [("tenant", "landlord"), ("buyer", "seller"), ("borrower", "lender"), ("employee", "employer"), ("client", "contractor"), ("buyer", "supplier"), ("licensee", "licensor")]

RENT = [
    "The tenant shall pay the rent [on|on or before|no later than] the {ordinal} day of each month.", "The [monthly |]rent is {amount} and [is due|shall be paid|is payable] in advance.", "The tenant {must} pay the rent each {period} [without deduction|by bank transfer|to the landlord|in full].",
    "The rent for each {period} shall be paid on the {ordinal} day.", "If the rent is not paid within {days} days, the tenant shall pay a late charge of {percent} percent.", "The landlord may increase the rent once a year [by not more than {percent} percent|upon {days} days' notice|].",
    "Rent is payable from the {ordinal} day of {month}.", "The tenant has no right to withhold the rent[, except as provided by law|].", "The rent includes [water|heat|electricity|all charges except gas].", "The landlord shall give the tenant a receipt for the rent paid each month.",
    "Unpaid rent bears interest at {percent} percent per {period}.", "The tenant shall pay the deposit of {amount} together with the first rent.",
]
TENANT = [
    "The tenant {must} keep the {premises} clean and in good repair.", "The tenant shall use the {premises} for {use} purposes only.", "The tenant shall not sublet the {premises} without the written consent of the landlord.", "The landlord may enter the {premises} [at reasonable times|upon {days} days' notice|in an emergency].",
    "The landlord shall keep the [roof|walls|pipes|heating] of the {premises} in good order.", "The tenant is liable for any {harm} caused by [guests|negligence|improper use].", "No [animals|signs|alterations] are permitted on the {premises} without prior written consent.", "At the end of the lease the tenant shall return the {premises} [in good condition|and all keys] to the landlord.",
    "The landlord shall return the deposit within {days} days after the end of the lease.", "The tenant shall notify the landlord of any {harm} without delay.", "The landlord lets the {premises} to the tenant for a term of {years} years.", "The term of the lease begins on the {ordinal} day of {month}.",
]
TERMINATION = [
    "Either party may terminate this {agreement} [upon|by|with|by giving] {days} days' [written |prior |prior written |]notice.", "Either party may terminate this agreement [at any time|without cause|for good cause|immediately] [by notice in writing|upon material breach by the other party|].", "The {party} may terminate this {agreement} if the {other} fails to [pay|perform its obligations|cure the breach within {days} days].",
    "This {agreement} shall terminate on the {ordinal} day of {month}.", "Notice to terminate must be given in writing.", "Upon termination, the {party} shall return all {goods} to the {other}.", "Termination does not affect [rights accrued before it|the duty to pay sums already due|any claim for {harm}].", "If neither party gives notice, this agreement shall renew for a further term of {years} years.",
    "The {party} may end this agreement by giving notice to the {other}.", "This agreement remains in force until either party terminates it.", "A party in breach shall have {days} days to cure the breach.",
]
LAW = [
    "This {agreement} is governed by the law of the {state}.", "This {agreement} shall be governed by and construed in accordance with the [law|laws] of the {state}.", "It is governed by the law of the {state}[, without regard to conflict of laws|].", "The courts of the {state} shall have [exclusive |]jurisdiction.", "Any dispute under this {agreement} shall be [settled by arbitration|submitted to the courts of the {state}|resolved by negotiation in good faith].",
    "The {party} shall comply with all applicable [law|laws and regulations].", "If any provision is held invalid, the remaining provisions shall continue in full force.", "The prevailing party shall be entitled to reasonable attorney's fees.", "Nothing in this {agreement} limits any right that the {party} has under the law.", "Each party submits to the jurisdiction of the courts of the {state}.",
    "The law of the {state} governs this {agreement} and all claims arising out of it.",
]
GENERAL = [
    "This {agreement} contains the entire understanding of the parties.", "No amendment of this {agreement} is valid unless it is in writing and signed by both parties.", "Any notice under this {agreement} shall be in writing and [delivered by hand|sent by registered mail|deemed received after {days} days].", "The {party} shall not assign this {agreement} without the prior written consent of the {other}.",
    "The failure of a party to enforce a provision shall not be a waiver of it.", "This {agreement} is binding upon the heirs, successors and assigns of the parties.", "The headings are for convenience only and have no legal effect.", "This {agreement} may be signed in [two|several] copies, each of which is an original.", "The parties shall keep the terms of this {agreement} confidential.",
    "Notices to the {party} shall be sent to the address stated above.", "The {party} and the {other} are hereinafter called the parties.", "In witness whereof the parties have signed this {agreement} on the {ordinal} day of {month}.",
]
SALE = [
    "The seller shall deliver the {goods} to the buyer [within {days} days|on the {ordinal} day of {month}|at the seller's own cost].", "The buyer shall pay the price of {amount} [upon delivery|within {days} days of the invoice|in {years} equal parts].", "Title to the {goods} passes to the buyer upon payment in full.", "The seller warrants that the {goods} are free from [defects|any claim of third parties].",
    "The buyer shall inspect the {goods} and give notice of any {harm} within {days} days.", "The risk of {harm} passes to the buyer upon delivery.", "The seller shall repair or replace defective {goods} free of charge.", "The price does not include [taxes|duties|insurance|freight].", "The buyer may refuse {goods} that do not conform to this agreement.", "If the buyer does not pay in time, the seller may withhold further {goods}.",
]
SERVICE = [
    "The contractor {must} perform the {service} with reasonable skill and care.", "The client shall pay the contractor {amount} per {period} for the {service}.", "The contractor is not an employee of the client.", "All {goods} made under this {agreement} shall belong to the client.", "The {party} shall be reimbursed for reasonable expenses [approved in advance|upon presentation of receipts].",
    "The {service} shall be completed by the {ordinal} day of {month}.", "The employee shall work {days} hours each week and receive {amount} per {period}.", "The employee shall not disclose confidential information to third parties.", "The supplier shall insure the {goods} against theft and {harm}.", "The licensor grants the licensee a non-exclusive right to use the {goods}.", "Payment shall be made within {days} days after receipt of the invoice.",
]
LIABILITY = [
    "The {party} shall indemnify the {other} against any {harm} arising out of a breach of this {agreement}.", "In no event shall the {party} be liable for indirect {harm}.", "The liability of the {party} shall not exceed {amount}.", "Neither party is liable for {harm} caused by events beyond its control.", "The {party} shall maintain insurance of at least {amount}.", "The {party} waives any claim against the {other} for {harm}, except in case of gross negligence.", "Each party shall bear its own costs.",
]
LOAN = [
    "The lender lends the borrower the sum of {amount}.", "The borrower shall repay the loan in {days} equal payments of {amount}.", "Interest accrues at {percent} percent per year.", "The borrower may repay the loan at any time without penalty.", "If the borrower fails to pay, the whole sum becomes due at once.", "The loan is secured by the {premises} of the borrower.", "Payments are due on the {ordinal} day of each {period}.", "The borrower {must} notify the lender of any change of address.",
]

# The subjects that a lease needs come up twice as often.
CLAUSES = [RENT, RENT, TENANT, TERMINATION, TERMINATION, LAW, LAW, GENERAL, SALE, SERVICE, LIABILITY, LOAN]
