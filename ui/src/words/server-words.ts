/**
 * Words that mail servers use in their answers. What is not among them may be a name or a
 * part of an address, and is cut out of what leaves the practice.
 */
export const serverWords: ReadonlySet<string> = new Set(
  `a able about accept accepted accepting access account accounts action active actively
  additional address addresses administrative administrator admin after again all allowed also
  amount an and another answer answered any are arrived as at attached attempt attempted attempts
  auth authenticated authenticate authentication authorized automatic automatically available back
  bad banned based be because been before begins being below blacklist blacklisted block blocked
  blocklist blocks bounce bounced box busy but by can cannot can't capacity certain check checked
  checking checks client closed code codes command complaints complete completed condition
  configuration confirm confirmation connect connecting connection contact contains content
  continue could couldn't count currently data day days deactivated deferred delay delayed deleted
  deliver deliverable delivered delivering delivery denied destination detected did didn't direct
  disabled discontinued disk dkim dmarc dns dnsbl do does doesn't domain domains due during empty
  enough ended error errors established exceed exceeded exceeds exist existing exists expired
  fail failed failure false fast few final find folder following for forwarded found from full
  future gateway given greeting greylist greylisted greylisting grey gone had has have header
  headers held hello help here high host hostname hours how id if illegal improper in inactive
  inbox incoming incomplete incorrect initial insufficient internal internet invalid is isn't it
  its just keep key known large later learn least length less likely limit limited limits line
  link list listed local locked long look lookup loop lost mail mailbox mailboxes mailer mails
  malformed many match matching maximum may message messages minute minutes missing more moved
  much must mx name names need needs network new no non nonexistent not nothing now number of off
  ok on one only open or order original our out over own part past per permanent permanently
  permission permitted person please policy policies poor postmaster prevents previous problem
  problems processing prohibited protected protocol prove provider ptr queue queued quota rate
  rates reach reached read reason reasons receive received receiving recipient recipients
  recipient's recognized record records refused reject rejected relay relaying remote removed
  reply report reputation request requested require required requires resend resolve resource
  resources response restricted restrictions retried retry return returned reverse route routing
  rule rules same score secure security see seconds send sender senders sending sends sent server
  servers service services session should since size smtp so soon space spam spf started status
  still storage stored such support suspended suspicious syntax system table take taken temporarily
  temporary than that the their then there these they this throttled time timed timeout times tls
  to too transaction transfer tried try trying type unable unauthenticated unavailable undelivered
  undeliverable unexpected unknown unreachable unroutable unrouteable unsolicited unsupported until
  unusual unwanted up use used user users using valid validation verification verified verify via
  virtual virus visit volume wait waiting was wasn't we when while will with within without wrong
  yes yet you your`.split(/\s+/),
);
