"""zeep: send.py <WSDL URL> <organization id> <order id> [--foreign]. Prints the Ack or the Fault as JSON."""
import json
import sys

from zeep import Client, exceptions

url, organization, order = sys.argv[1:4]
client = Client(url)
Order = client.get_type('{urn:sobject.enterprise.soap.sforce.com}Order')
try:
    ack = client.service.notifications(
        OrganizationId=organization,
        ActionId='04kSs000000sT0nIAE',
        SessionId=None,
        EnterpriseUrl='https://a.example/services/Soap/c/60.0/00D',
        PartnerUrl='https://a.example/services/Soap/u/60.0/00D',
        Notification=[
            {
                'Id': '04lSs00000Py01xIAB',
                'sObject': Order(Id=order, OrderNumber='00000114', Status='Activated', TotalAmount=45000.0),
            }
        ],
    )
    print(json.dumps({'ack': ack}))
except exceptions.Fault as fault:
    print(json.dumps({'code': fault.code, 'message': fault.message}))
